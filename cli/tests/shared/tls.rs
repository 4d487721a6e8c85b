//! A relay behind a proxy that speaks TLS.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::world::{Ended, World, end, plumbline};

fn data(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", "tls", name].iter().collect()
}

/// Hands on everything to `relay`, until the test ends.
fn proxy(relay: String) -> SocketAddr {
    let certificate = CertificateDer::from_pem_file(data("certificate.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(data("key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("they are known")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they fit");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (told, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            told.send(listener.local_addr().expect("bound")).expect("waited for");
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, relay) = (acceptor.clone(), relay.clone());
                tokio::spawn(async move {
                    let Ok(mut near) = acceptor.accept(stream).await else { return };
                    let mut far = TcpStream::connect(relay).await.expect("the relay answers");
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
    });
    address.recv().expect("it listens")
}

fn trusting(authority: &str, arguments: &[&str]) -> Ended {
    let mut command = plumbline(arguments);
    command.env("SSL_CERT_FILE", data(authority)).env_remove("SSL_CERT_DIR");
    end(command.spawn().expect("plumbline starts"))
}

#[test]
fn a_relay_behind_tls_is_joined_if_it_can_prove_who_it_is() {
    let world = World::begin();
    let port = proxy(world.relay.url.trim_start_matches("http://").to_owned()).port();
    let fragment = world.link("writer", "For Ben").split_once('#').expect("a link").1.to_owned();
    let dir = world.path("ben");
    let dir = dir.to_string_lossy();
    let join = |authority, host: &str| {
        trusting(authority, &["join", &format!("https://{host}:{port}/#{fragment}"), "--dir", &dir])
    };
    // Some other authority: the certificate that is no authority's.
    let said = join("certificate.pem", "localhost").refused();
    assert!(said.contains("cannot prove who it is") && said.contains("Nothing was sent to it."), "{said}");
    let said = join("authority.pem", "127.0.0.1").refused();
    assert!(said.contains("cannot prove who it is"), "not a name in its certificate: {said}");
    join("authority.pem", "localhost").good();
    trusting("authority.pem", &["do", "--dir", &dir, "--sync", "rename", "Over TLS"]).good();
    world.sync("ana");
    assert_eq!(world.report("ana")["name"], "Over TLS");

    // Founding goes the same way.
    let file = super::world::team_file(world.home.path());
    let (new, relay) = (world.path("new"), format!("https://localhost:{port}"));
    let founding = ["found", &file.to_string_lossy(), "--dir", &new.to_string_lossy(), "--relay", &relay];
    let link = trusting("authority.pem", &founding).good();
    assert!(link.starts_with(&format!("{relay}/#w1.")), "{link}");
}
