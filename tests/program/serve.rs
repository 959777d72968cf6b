//! `mizan serve`: only its own page is answered, only files of the script's folder are read, and Ctrl-C ends it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const SCRIPT: &str = "\
model \"</script><script>alert(1)</script>\"
years 2024..2030
param growth = 5% bounds 0%..10%
var trade
trade[first] = 100
trade = trade[t-1] * (1 + growth)
chart trade
";

/// A running server on a script in a folder of its own.
struct Served {
    child: Child,
    port: u16,
    token: String,
    folder: tempfile::TempDir,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("a.mizan"), SCRIPT).expect("a script");
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
        command.args(["serve", "a.mizan"]).current_dir(folder.path()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        output.read_line(&mut line).expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address");
        let parts: Vec<&str> = address.split('/').collect();
        let (host, token) = (parts[2], parts[3].to_owned());
        let (name, port) = host.split_once(':').expect("a port");
        assert_eq!(name, "127.0.0.1");
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        let port = port.parse().expect("a number");
        Self { child, port, token, folder }
    }

    fn script(&self) -> PathBuf {
        self.folder.path().join("a.mizan")
    }

    /// Sends a request with these headers; status and body of the answer.
    fn send(&self, head: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let mut text =
            format!("{head} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        write!(stream, "{text}\r\n{body}").expect("a request");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("a reply");
        let status = reply.split(' ').nth(1).and_then(|status| status.parse().ok());
        let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
        // The headers of the answer come first, so that tests can look at them.
        (status.expect("a status"), format!("{head}\n\n{body}"))
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET /{}/{path}", self.token), &[("Host", &self.host())], "")
    }

    fn post(&self, path: &str, message: &Value) -> (u16, Value) {
        let head = format!("POST /{}/{path}", self.token);
        let (status, reply) = self.send(&head, &[("Host", &self.host())], &message.to_string());
        let body = reply.split_once("\n\n").expect("a body").1;
        (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{reply}")))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn code(reply: &str) -> Option<String> {
    let body = reply.split_once("\n\n")?.1;
    let body: Value = serde_json::from_str(body).ok()?;
    body["diagnostics"][0]["code"].as_str().map(str::to_owned)
}

#[test]
fn only_the_page_itself_is_answered() {
    let served = Served::start();
    let (status, page) = served.get("");
    assert!(status == 200 && page.contains("<title>Mizan</title>"), "{page}");
    assert!(page.contains("Content-Security-Policy: default-src 'none'"), "{page}");
    assert!(page.contains("Referrer-Policy: no-referrer") && page.contains("nosniff"), "{page}");
    for name in ["main.js", "page.css", "report.css", "charts.js", "codemirror.js", "icon.svg"] {
        assert_eq!(served.get(name).0, 200, "{name}");
    }
    let (own, good) = (served.host(), format!("GET /{}/script", served.token));
    let refused: [(&str, Vec<(&str, &str)>); 7] = [
        // A foreign name that leads to this computer, another port, no host at all.
        (&good, vec![("Host", "evil.example")]),
        (&good, vec![("Host", "127.0.0.1:1")]),
        (&good, vec![]),
        (&good, vec![("Host", &own), ("Origin", "http://evil.example")]),
        (&good, vec![("Host", &own), ("Origin", "null")]),
        ("GET /script", vec![("Host", &own)]),
        ("GET /00000000000000000000000000000000/script", vec![("Host", &own)]),
    ];
    for (head, headers) in refused {
        let (status, reply) = served.send(head, &headers, "");
        // A request without a host is refused by the rules of HTTP or by ours.
        assert!(
            status == 403 || (headers.is_empty() && status == 400),
            "{head} {headers:?} {reply}"
        );
        assert!(!reply.contains("trade"), "{reply}");
        assert!(
            headers.is_empty() || code(&reply).as_deref() == Some("refused-request"),
            "{reply}"
        );
    }
    let origin = format!("http://{own}");
    assert_eq!(served.send(&good, &[("Host", &own), ("Origin", &origin)], "").0, 200);
}

#[test]
fn files_outside_the_folder_are_not_read() {
    let served = Served::start();
    for path in
        ["../../../etc/passwd", "..%2f..%2fetc/passwd", "/etc/passwd", "a.mizan", "Cargo.toml"]
    {
        let (status, reply) = served.get(path);
        assert!(status == 404, "{path}: {reply}");
    }
    let text = "years 2024..2025\nset s = a\nparam x[s] = data(\"../secret.csv\", s: s, value: v)\nshow x[a]\n";
    let (_, reply) = served.post("answer", &json!({ "ask": "run", "script": { "text": text } }));
    assert_eq!(reply["diagnostics"][0]["code"], "outside-folder");
    std::fs::write(served.folder.path().join("inside.csv"), "s,v\na,5\n").expect("a file");
    let text = text.replace("../secret.csv", "inside.csv");
    let (_, reply) = served.post("answer", &json!({ "ask": "run", "script": { "text": text } }));
    assert_eq!(reply["diagnostics"], json!([]));
}

#[test]
fn a_hostile_script_is_data() {
    let served = Served::start();
    let (status, reply) = served.get("script");
    assert!(status == 200 && reply.contains("Content-Type: application/json"), "{reply}");
    let (_, page) = served.get("");
    assert!(!page.contains("alert(1)"), "{page}");
    let (_, reply) = served.post("answer", &json!({ "ask": "run", "script": { "text": SCRIPT } }));
    let html = reply["answers"][0]["html"].as_str().expect("markup");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn ten_clients_have_the_same_answer() {
    let served = Served::start();
    let message = json!({ "ask": "run", "script": { "text": SCRIPT }, "json": true });
    let replies: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..10).map(|_| scope.spawn(|| served.post("answer", &message))).collect();
        clients.into_iter().map(|client| client.join().expect("an answer")).collect()
    });
    assert_eq!(replies.len(), 10);
    // 100 * 1.05^6
    let last = replies[0].1["json"]["answers"][0]["panels"][0]["series"][0]["values"][6].as_f64();
    assert!(last.is_some_and(|last| (last - 134.009_564_062_5).abs() < 1e-9), "{last:?}");
    assert!(replies.iter().all(|reply| reply.0 == 200 && reply.1 == replies[0].1));
}

#[test]
fn the_script_is_saved_unless_it_has_changed() {
    let served = Served::start();
    let text = SCRIPT.replace("5%", "6%");
    let (status, reply) = served.post("save", &json!({ "text": text, "was": SCRIPT }));
    assert_eq!((status, &reply["diagnostics"]), (200, &json!([])));
    assert_eq!(std::fs::read_to_string(served.script()).expect("the script"), text);
    let (status, reply) = served.post("save", &json!({ "text": SCRIPT, "was": SCRIPT }));
    assert_eq!((status, &reply["diagnostics"][0]["code"]), (409, &json!("file-changed")));
    assert_eq!(std::fs::read_to_string(served.script()).expect("the script"), text);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_server() {
    use std::os::unix::process::ExitStatusExt as _;

    let mut served = Served::start();
    assert_eq!(served.get("script").0, 200);
    let pid = served.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    let began = Instant::now();
    loop {
        if let Some(status) = served.child.try_wait().expect("a status") {
            assert_eq!(status.signal(), Some(2));
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "the server goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
}
