//! Answers that are compressed.

use crate::on_each_backend;
use crate::world::World;

on_each_backend![answers_are_packed_as_the_client_can_unpack_them];

async fn answers_are_packed_as_the_client_can_unpack_them(world: &World) {
    crate::live::make_big(world).await;
    let target = "/rest/v1/measure?code=like.n*&select=note";
    let plain = world.get_with(target, &[("Accept-Encoding", "identity")]).await;
    assert_eq!(plain.header("content-encoding"), None);
    for (coding, start) in
        [("gzip", &[0x1f, 0x8b][..]), ("zstd", &[0x28, 0xb5, 0x2f, 0xfd][..]), ("br", &[][..])]
    {
        let packed = world.get_with(target, &[("Accept-Encoding", coding)]).await;
        assert_eq!(packed.status, 200);
        assert_eq!(packed.header("content-encoding"), Some(coding));
        assert!(packed.bytes.starts_with(start), "{coding}");
        let (small, large) = (packed.bytes.len(), plain.bytes.len());
        assert!(small > 0 && small * 10 < large, "{coding}: {small} of {large}");
    }
}
