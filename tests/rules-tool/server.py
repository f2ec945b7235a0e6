"""server.py: answers on a free port of 127.0.0.1, which it prints, as good and bad web sites do."""
import http.server

STATUS = {"/gone": 410, "/missing": 404, "/busy": 503, "/moved": 301, "/lost": 302, "/loop": 302}
TO = {"/moved": "/page", "/lost": "/missing", "/loop": "/loop"}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, head):
        path = self.path.partition("?")[0]
        status = STATUS.get(path, 200)
        if head and path.startswith("/head-"):      # some sites have only GET, some lie to HEAD
            status = int(path.rpartition("-")[2])
        self.send_response(status)
        if path in TO:
            self.send_header("Location", TO[path])
        self.send_header("Content-Length", "2")
        self.end_headers()
        if not head:
            self.wfile.write(b"ok")

    def do_HEAD(self):
        self.answer(True)

    def do_GET(self):
        self.answer(False)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
