# SPDX-License-Identifier: Apache-2.0
"""The servers under measurement: each is started in a folder of its own, on its own loopback port, and tells its CPU time."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
HTTPD = shutil.which("apache2", path="/usr/sbin:/usr/local/sbin:/usr/bin") or shutil.which("httpd") or "httpd"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree(pid):
    """`pid` and all its descendants."""
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                queue += [int(child) for child in open(f"/proc/{one}/task/{task}/children").read().split()]
        except OSError:
            continue
    return found


class Server:
    """A running server. `command(folder, port)` gives argv after having written its configuration."""

    running = []

    def __init__(self, name, folder, command, env=None):
        self.name, self.port = name, free_port()
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        log = open(self.folder / "console.log", "wb")
        self.process = subprocess.Popen(command(self.folder, self.port), stdout=log, stderr=log,
                                        env={**os.environ, **(env or {})}, start_new_session=True)
        Server.running.append(self)
        self.wait()

    def wait(self):
        for _ in range(1500):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"{self.name} did not start: {(self.folder / 'console.log').read_text()}")

    def cpu(self):
        """CPU seconds of all its processes so far, the kernel's work for them included."""
        total = 0
        for pid in tree(self.process.pid):
            try:
                fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def cpu_ns(self):
        """Nanoseconds on a processor of all threads that its processes have now."""
        total = 0
        for pid in tree(self.process.pid):
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    total += int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0])
            except OSError:
                continue
        return total

    def memory(self):
        """Private megabytes of its largest process."""
        most = 0
        for pid in tree(self.process.pid):
            try:
                for line in open(f"/proc/{pid}/smaps_rollup"):
                    if line.startswith("Private_Dirty"):
                        most = max(most, int(line.split()[1]))
            except OSError:
                continue
        return most / 1024

    def stop(self):
        Server.running.remove(self)
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def modules(*names):
    builtin = subprocess.run([HTTPD, "-l"], capture_output=True, text=True).stdout
    folder = next(p for p in ("/usr/lib/apache2/modules", "/usr/local/apache2/modules", "/usr/lib64/httpd/modules")
                  if os.path.isdir(p))
    return "".join(f"LoadModule {name}_module {folder}/mod_{name}.so\n" for name in names
                   if f"mod_{name}.c" not in builtin)


def httpd(location, load="", server="", mmap=True, keepalive=True):
    """A command() for httpd with one protected location, event MPM, two children, as the sites that we measure for run it."""

    def command(folder, port):
        (folder / "htdocs" / "area").mkdir(parents=True, exist_ok=True)
        (folder / "htdocs" / "area" / "file.txt").write_text("x" * 1024)
        (folder / "httpd.conf").write_text(f"""
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/httpd.pid
ErrorLog {folder}/error.log
User www-data
Group www-data
{modules("mpm_event", "unixd", "authn_core", "authz_core", "authz_user", "auth_basic", "alias", "mime")}{load}
TypesConfig /etc/mime.types
StartServers 2
ServerLimit 2
ThreadsPerChild 16
MaxRequestWorkers 32
MinSpareThreads 1
MaxSpareThreads 32
MaxKeepAliveRequests 0
KeepAliveTimeout 60
EnableMMAP {"On" if mmap else "Off"}
DocumentRoot {folder}/htdocs
{server}
<Directory />
  Options FollowSymLinks
  AllowOverride None
</Directory>
<Directory {folder}/htdocs>
  AllowOverride None
  Require all granted
</Directory>
<Location /area>
{location}
</Location>
""")
        return [HTTPD, "-DFOREGROUND", "-f", str(folder / "httpd.conf")]

    return command


def nginx(lua, keys=None):
    def command(folder, port):
        (folder / "area").mkdir(exist_ok=True)
        (folder / "area" / "file.txt").write_text("x" * 1024)
        check = f"""
      access_by_lua_block {{
        local key = ngx.var.http_x_api_key
        if not key or not ngx.shared.keys:get(ngx.sha1_bin(key)) then return ngx.exit(401) end
      }}""" if lua else ""
        fill = f"""
  lua_shared_dict keys 512m;
  init_by_lua_block {{
    for line in io.lines("{keys}") do ngx.shared.keys:set(ngx.sha1_bin(line), 1) end
  }}""" if lua else ""
        load = "".join(f"load_module /usr/lib/nginx/modules/{name}.so;\n"
                       for name in ("ndk_http_module", "ngx_http_lua_module")) if lua else ""
        (folder / "nginx.conf").write_text(f"""
{load}worker_processes 2;
daemon off;
user www-data;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;{fill}
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    location /area/ {{{check}
    }}
  }}
}}
""")
        return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-e",
                str(folder / "error.log")]

    return command


def haproxy(keys=None):
    def command(folder, port):
        deny = f"  http-request deny deny_status 401 unless {{ req.hdr(x-api-key),sha2(256),hex,map_str({keys}) -m found }}\n" \
            if keys else ""
        (folder / "haproxy.cfg").write_text(f"""
global
  nbthread 2
  maxconn 512
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  timeout http-keep-alive 60s
frontend bench
  bind 127.0.0.1:{port}
{deny}  http-request return status 200 content-type text/plain string "{'x' * 1024}"
""")
        return [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(folder / "haproxy.cfg")]

    return command
