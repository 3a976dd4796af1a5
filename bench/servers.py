# SPDX-License-Identifier: Apache-2.0
"""The servers under measurement: each is started in a folder of its own, on its own loopback port, and tells its CPU time."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

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

    def cpu_ns(self):
        """Nanoseconds on a processor of all threads that its processes have now, the kernel's work for them included."""
        total = 0
        for pid in tree(self.process.pid):
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    total += int(open(f"/proc/{pid}/task/{task}/schedstat").read().split()[0])
            except OSError:
                continue
        return total

    def memory(self):
        """Of its largest process, in MiB: {"Rss": …, "Pss": …, "Private_Dirty": …}."""
        largest = {"Rss": 0, "Pss": 0, "Private_Dirty": 0}
        for pid in tree(self.process.pid):
            try:
                rows = [line.split() for line in open(f"/proc/{pid}/smaps_rollup")][1:]
            except OSError:
                continue
            sizes = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows}
            if sizes.get("Pss", 0) > largest["Pss"]:
                largest = {name: sizes[name] for name in largest}
        return largest

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


def httpd(location, load="", server="", mmap=True, paths=("/area",)):
    """A command() for httpd with `location` said of each of the paths, event MPM, two children, as the sites that we measure for run it. The
    folders /on and /off have EnableMMAP so, whatever `mmap` says of the rest."""

    def command(folder, port):
        for area in ("area", "on", "off"):
            (folder / "htdocs" / area).mkdir(parents=True, exist_ok=True)
            (folder / "htdocs" / area / "file.txt").write_text("x" * 1024)
        places = "\n".join(f"<Location {path}>\n{location}\n</Location>" for path in paths)
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
<Directory {folder}/htdocs/on>
  EnableMMAP On
</Directory>
<Directory {folder}/htdocs/off>
  EnableMMAP Off
</Directory>
{places}
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
