//! From what Trunk leaves behind to what is published.

use std::fs;

use super::digest::{is_hashed, short};
use super::*;

const PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\"><script src=\"/paint.js\"></script>\
    <meta name=\"engine-worker\" content=\"/engine-worker.js\">\
    <link rel=\"preload\" href=\"/fonts/a.woff2\" as=\"font\">\
    <link rel=\"stylesheet\" href=\"/style/main-1234.css\" integrity=\"sha384-x\"/>\
    <link rel=\"modulepreload\" href=\"/plumbline-9f.js\" integrity=\"sha384-x\">\
    <link rel=\"preload\" href=\"/plumbline-9f_bg.wasm\" as=\"fetch\">\
    </head><body><script type=\"module\" src=\"/boot.js\" data-module=\"/plumbline-9f.js\" \
    data-wasm=\"/plumbline-9f_bg.wasm\"></script></body></html>";

/// Trunk's output in small, with the real service worker, published.
fn published(engine: &str, retire: bool) -> (tempfile::TempDir, String) {
    let root = tempfile::tempdir().expect("a place to write");
    let write = |name: &str, text: &str| {
        let file = root.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    };
    write("style/main.css", "@import \"base.css\";\n");
    write("style/base.css", "@font-face { src: url(\"/fonts/a.woff2\"); }\n");
    write("dist/style/main-1234.css", "");
    write("dist/index.html", PAGE);
    write("dist/fonts/a.woff2", "font");
    write("dist/boot.js", "import(\"./direct.js\")");
    write("dist/direct.js", "direct");
    write("dist/paint.js", "paint");
    write("dist/engine-worker.js", "import(\"./plumbline-engine.js\"), import(\"./plumbline-engine-shared.js\")");
    for name in entry::ENGINES {
        write(&format!("dist/{name}.js"), &format!("new URL('{name}_bg.wasm', import.meta.url)"));
        write(&format!("dist/{name}_bg.wasm"), engine);
    }
    write("dist/plumbline-9f.js", "new URL('plumbline_bg.wasm', import.meta.url)");
    write("dist/plumbline-9f_bg.wasm", "app");
    for script in ["sw.js", "sw-retired.js"] {
        let source = project::root().join("public").join(script);
        write(&format!("dist/{script}"), &fs::read_to_string(source).expect("there"));
    }
    let dist = root.path().join("dist");
    publish(root.path(), &dist, retire, |_| Ok(())).expect("published");
    let page = fs::read_to_string(dist.join("index.html")).expect("there");
    (root, page)
}

fn version(root: &tempfile::TempDir) -> String {
    let worker = fs::read_to_string(root.path().join("dist/sw.js")).expect("there");
    worker.lines().find(|line| line.starts_with("const VERSION")).expect("a version").to_owned()
}

#[test]
fn every_path_of_the_page_leads_to_a_file_named_by_its_content() {
    let (root, page) = published("engine", false);
    let paths: Vec<_> = page.split('"').filter(|part| part.starts_with('/') && part.contains('.')).collect();
    assert_eq!(paths.len(), 9, "{paths:?}");
    for path in paths {
        let content = fs::read(root.path().join("dist").join(&path[1..])).expect(path);
        assert_eq!(is_hashed(path), path != "/sw.js", "{path}");
        assert!(path == "/sw.js" || path.contains(&short(&content)), "{path}");
    }
    assert!(!root.path().join("dist/style").exists());
}

#[test]
fn a_changed_engine_renames_everything_that_leads_to_it() {
    let ((before, old), (after, new)) = (published("engine", false), published("engine!", false));
    let worker = |page: &str| page.split('"').find(|part| part.starts_with("/engine-worker-")).map(str::to_owned);
    assert_ne!(worker(&old).expect("named"), worker(&new).expect("named"));
    assert_ne!(version(&before), version(&after));
    assert_eq!(version(&before), version(&published("engine", false).0), "the same input, the same version");
}

#[test]
fn the_service_worker_keeps_what_a_visit_needs() {
    let (root, _) = published("engine", false);
    let dist = root.path().join("dist");
    let worker = fs::read_to_string(dist.join("sw.js")).expect("there");
    let needed = first_visit(&dist).expect("listed");
    assert!(needed.len() > 8, "{needed:?}");
    for file in needed.iter().filter(|file| *file != Path::new("sw.js")) {
        assert!(worker.contains(&format!("\"url\":\"/{}\"", file.display())), "{file:?}");
    }
    // The engine with a peer comes when it is needed, by a visit that then does without the other.
    assert!(!needed.iter().any(|file| file.to_string_lossy().starts_with(entry::SHARED_ENGINE)));
    let by_link = first_visit_by_link(&dist).expect("listed");
    assert_eq!(by_link.len(), needed.len());
    for file in by_link.iter().filter(|file| !needed.contains(file)) {
        assert!(file.to_string_lossy().starts_with(entry::SHARED_ENGINE), "{file:?}");
        assert!(worker.contains(&format!("\"url\":\"/{}\"", file.display())), "{file:?}");
    }
    assert!(!worker.contains("sw-retired") && !dist.join("sw-retired.js").exists());
}

#[test]
fn a_retired_service_worker_replaces_the_other_and_the_page_asks_for_none() {
    let (root, page) = published("engine", true);
    let worker = fs::read_to_string(root.path().join("dist/sw.js")).expect("there");
    assert!(worker.contains("unregister()"), "{worker}");
    assert!(!page.contains("service-worker"), "{page}");
}
