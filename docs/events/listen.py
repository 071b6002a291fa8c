"""Prints what each refresh changed. An example of a consumer: see docs/events.md."""

import json
import sys

import pika

QUEUE = "example.refreshed"


def main(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    # The same declaration as Tolva's own: whoever comes first makes the exchange.
    channel.exchange_declare(
        "tolva.events", "topic", durable=True, arguments={"alternate-exchange": "tolva.unrouted"}
    )
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, "tolva.events", "dataset.refreshed.#")
    channel.basic_qos(prefetch_count=10)
    seen = set()  # an event may come twice; a real consumer remembers its ids where it keeps its work
    for method, properties, body in channel.consume(QUEUE):
        event = json.loads(body)
        if event["id"] not in seen:
            seen.add(event["id"])
            data = event["data"]
            for table, rows in data["tables"].items():
                print(
                    f"{event['time']} {data['dataset']} → {data['target']}: {table}"
                    f" +{rows['inserted']} ~{rows['updated']} -{rows['deleted']}",
                    flush=True,
                )
        # Only now: what is not acknowledged comes again.
        channel.basic_ack(method.delivery_tag)


if __name__ == "__main__":
    main(sys.argv[1])
