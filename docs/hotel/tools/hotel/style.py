"""Colours and line kinds, once for all pictures."""

INK, GREY, PALE = "#1f2937", "#5b6472", "#e5e7eb"

# style of a container: border, fill, dash, title colour
BOXES = {
    "plain": ("#9aa3af", "#f8fafc", "", "#374151"),
    "cloud": ("#232f3e", "#f4f6f8", "", "#232f3e"),
    "region": ("#00a4a6", "#f3fbfb", "6 4", "#007a7c"),
    "vpc": ("#8c4fff", "#ffffff", "", "#6b2fd6"),
    "private": ("#7aa7d9", "#eef6ff", "", "#2563a8"),
    "data": ("#c78bd0", "#fbf2fc", "", "#8a2f98"),
    "public": ("#8bbf5a", "#f3faec", "", "#477a1e"),
    "thin": ("#c3c9d2", "#ffffff", "", "#5b6472"),
    "account": ("#e7157b", "#fff7fb", "", "#b80f61"),
}

# kind of an edge: colour, dash, name in the legend
KINDS = {
    "web": ("#1d4ed8", "", {"es": "desde Internet y la CDN", "en": "from Internet and CDN"}),
    "call": ("#0f766e", "", {"es": "llamada entre servicios", "en": "call between services"}),
    "sql": ("#a21caf", "", {"es": "SQL transaccional", "en": "transactional SQL"}),
    "cache": ("#dc2626", "", {"es": "caché", "en": "cache"}),
    "api": ("#b45309", "", {"es": "API de un servicio de AWS", "en": "API of an AWS service"}),
    "event": ("#db2777", "5 3", {"es": "evento o cola (asíncrono)", "en": "event or queue (asynchronous)"}),
    "copy": ("#15803d", "9 3 2 3", {"es": "réplica o copia (asíncrona, gestionada)", "en": "replica or copy (asynchronous, managed)"}),
    "ops": ("#64748b", "2 3", {"es": "plataforma: secretos, claves, imágenes, señales", "en": "platform: secrets, keys, images, signals"}),
}
