# SPDX-License-Identifier: Apache-2.0
"""A real httpd with the module as users load it, in a ServerRoot of its own."""

import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .backend import Backend
from .command import BUILD, Orgauth
from .web import Client

MPM = os.environ.get("ORGAUTH_MPM", "event")
CHILD = "www-data" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
MODULES = """authn_core authn_file authz_core authz_host authz_user auth_basic access_compat alias actions allowmethods dir
env headers include mime negotiation proxy proxy_http proxy_wstunnel remoteip rewrite setenvif""".split()
MPM_MODULES = {"prefork": ["cgi"], "worker": ["cgid", "http2"], "event": ["cgid", "http2"]}
MPM_SETTINGS = {
    "prefork": "StartServers 4\nMinSpareServers 4\nMaxSpareServers 16\nMaxRequestWorkers 256\n",
    "worker": "StartServers 2\nThreadsPerChild 16\nMinSpareThreads 16\nMaxSpareThreads 64\nMaxRequestWorkers 256\n",
    "event": "StartServers 2\nThreadsPerChild 16\nMinSpareThreads 16\nMaxSpareThreads 64\nMaxRequestWorkers 256\n",
}
# What httpd says about its own life (but for AH00051 and AH00052: a child that crashed). A flood of requests
# reaches MaxRequestWorkers; mpm_event stops while a connection is kept alive (AH03093). Everything else has to be expected by the test that causes it.
USUAL = re.compile(r"\[(core|mpm_\w+):notice\](?!.*AH0005[12]:)|reached MaxRequestWorkers|AH10159|AH03093: ")
# Said by mod_cgid's daemon at a graceful restart, when one follows the other quickly: the socket is still there, or is there no more.
CGID_HURRIED = r"cgid:(crit.*AH01244|error.*AH01243)"

MAIN = """
ServerRoot "{root}"
ServerName localhost
DefaultRuntimeDir "{root}/logs"
PidFile httpd.pid
Listen 127.0.0.1:{port}
{modules}
{mpm}
{identity}
DocumentRoot "{root}/htdocs"
TypesConfig "{root}/mime.types"
ErrorLog logs/error.log
LogLevel warn
LogFormat "%h %l %u %m \\"%U\\" %>s decision=%{{orgauth-decision}}n key=%{{orgauth-key-id}}n user=%{{orgauth-user}}n" test
CustomLog logs/access.log test
HostnameLookups Off
Timeout 60
KeepAliveTimeout 5
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory "{root}/htdocs">
  AllowOverride AuthConfig Options FileInfo Indexes
  Options +Includes +FollowSymLinks
  Require all granted
</Directory>
<Directory "{root}/cgi">
  CGIPassAuth On
  Require all granted
</Directory>
# /file/ANYTHING is one static file, /cgi/ANYTHING the echo program, /proxy/ANYTHING the back end.
AliasMatch "^/file(/.*)?$" "{root}/htdocs/hello.txt"
ScriptAlias /cgi "{root}/cgi/echo"
ProxyPass /proxy/ http://127.0.0.1:{backend}/ upgrade=websocket
OrgAuthStore "{store}"
OrgAuthSecretFile "{secret}"
Include test.conf
"""


def place(path, *lines, section="Location"):
    """A protected place: AuthType OrgAuth and `lines`, which are directives as in httpd's configuration."""
    return "\n".join([f'<{section} "{path}">', "  AuthType OrgAuth", '  AuthName "Acme"',
                      *(f"  {line}" for line in lines), f"</{section}>", ""])


def free_port():
    """Below the ports that the kernel gives to clients, and drawn afresh: nobody takes it before it is used."""
    while True:
        port = random.SystemRandom().randrange(10000, 30000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def compiled_in(program):
    listed = subprocess.run([program, "-l"], capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"mod_(\w+)\.c", listed))


def query(name):
    """What apxs knows of the installed httpd."""
    return subprocess.run(["apxs", "-q", name], capture_output=True, text=True, check=True).stdout.strip()


def tls(port, certificate):
    """A virtual host with TLS beside the rest."""
    return f"""
LoadModule ssl_module {query('LIBEXECDIR')}/mod_ssl.so
SSLSessionCache none
Listen 127.0.0.1:{port} https
<VirtualHost 127.0.0.1:{port}>
  ServerName localhost
  SSLEngine on
  SSLCertificateFile {certificate.path}
  SSLCertificateKeyFile {certificate.key_path}
</VirtualHost>
"""


class Site(Client):
    """A ServerRoot, a store, a back end and one httpd. start() and stop() at will; close(), or the end of a `with`, removes everything.

    `config` is the end of httpd.conf, where {root} stands for the ServerRoot.
    Attributes: root, store (path), orgauth (the command on this store), port, backend.
    """

    def __init__(self, config="", store=None):
        self.root = Path(tempfile.mkdtemp(prefix="oa-"))
        super().__init__(free_port())
        self.program = f"{query('SBINDIR')}/{query('PROGNAME')}"
        self.backend = Backend()
        self.config, self.process = config, None
        self.rootless = os.geteuid() != 0  # httpd is started by the user that its children would be
        self._make_root(store)
        self._expected, self._position = [], 0

    # The ServerRoot ------------------------------------------------------------------------------------------

    def _make_root(self, store):
        self.root.chmod(0o755)
        for name in ("htdocs", "cgi", "logs", "modules"):
            (self.root / name).mkdir()
        (self.root / "htdocs/hello.txt").write_text("hello\n")
        (self.root / "htdocs/index.html").write_text("<p>index</p>\n")
        (self.root / "mime.types").write_text("text/html html\ntext/plain txt\napplication/json json\n")
        shutil.copy(BUILD / "tests/echo", self.root / "cgi/echo")
        shutil.copy(BUILD / "mod_orgauth/.libs/mod_orgauth.so", self.root / "modules")
        self.store = Path(store) if store else self.root / "store/orgauth.db"
        self.secret = self.root / "secret"
        self.orgauth = Orgauth(self.store, self.secret)
        self.orgauth.init()

    def _write_config(self):
        built_in = compiled_in(self.program)
        directory = query("LIBEXECDIR")
        wanted = [f"mpm_{MPM}", *MODULES, *MPM_MODULES[MPM]]
        lines = [f"LoadModule {name}_module {directory}/mod_{name}.so" for name in wanted if name not in built_in]
        lines.append("LoadModule orgauth_module modules/mod_orgauth.so")
        mpm = MPM_SETTINGS[MPM]
        if MPM != "prefork":
            mpm += f"ScriptSock {self.root}/cgid.sock\nProtocols h2c http/1.1\n"
        identity = "" if self.rootless else f"User {CHILD}\nGroup {CHILD}\n"
        (self.root / "httpd.conf").write_text(MAIN.format(
            root=self.root, port=self.port, modules="\n".join(lines), mpm=mpm, identity=identity,
            backend=self.backend.port, store=self.store, secret=self.secret))
        (self.root / "test.conf").write_text(self.config.replace("{root}", str(self.root)))

    # The process ---------------------------------------------------------------------------------------------

    def command(self, *args):
        return [self.program, "-d", str(self.root), "-f", str(self.root / "httpd.conf"), *args]

    def environment(self):
        environment = {**os.environ, "LANG": "C"}
        if preload := os.environ.get("ORGAUTH_PRELOAD"):
            environment.update(LD_PRELOAD=preload, ASAN_OPTIONS="detect_leaks=0:abort_on_error=1",
                               UBSAN_OPTIONS="print_stacktrace=1")
        return environment

    def check_config(self, config=None):
        """`httpd -t` on `config` (else the present one): the finished process."""
        kept, self.config = self.config, self.config if config is None else config
        self._write_config()
        self.config = kept
        return subprocess.run(self.command("-t"), capture_output=True, text=True, env=self.environment(), timeout=60)

    def start(self):
        self._write_config()
        mark = self.log_size()
        who = {"user": CHILD, "group": CHILD, "extra_groups": []} if self.rootless and os.geteuid() == 0 else {}
        # In a session of its own: httpd signals its whole process group when it stops.
        with open(self.root / "logs/stderr", "ab") as stderr:
            self.process = subprocess.Popen(self.command("-DFOREGROUND"), env=self.environment(), stderr=stderr,
                                            stdin=subprocess.DEVNULL, stdout=stderr, start_new_session=True, **who)
        self._wait(lambda: self._runs(mark) and self._runs_cgi(), "start")
        return self

    def _runs(self, mark):
        """httpd says so when it listens and heeds signals."""
        assert self.process.poll() is None, "httpd ended at once:\n" + self._what_it_said()
        return self.log_size() > mark and "resuming normal operations" in self.log(mark)

    def _runs_cgi(self):
        """mod_cgid's daemon is a process of its own: it is there when it has given its socket to httpd's user."""
        path = self.root / f"cgid.sock.{self.process.pid}"
        return MPM == "prefork" or (path.exists() and path.owner() == CHILD)

    def _what_it_said(self):
        logs = [self.root / "logs/stderr", self.root / "logs/error.log"]
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())

    def _wait(self, condition, what, seconds=60):
        """Looks until `condition` holds: for what httpd gives no event to wait on."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"httpd did not {what} in {seconds} s:\n{self._what_it_said()}"
            time.sleep(0.01)

    def stop(self):
        """Ends it when the requests under way have ended. (SIGTERM closes sockets under the threads that use them, and now and
        then mod_mpm_event crashes or hangs over that: nothing that a test here is after.)"""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGWINCH)
            self.process.wait(60)
        self.process = None

    def restart(self, config=None):
        """Stops and starts, with another test.conf where one is given."""
        self.config = self.config if config is None else config
        self.stop()
        return self.start()

    def graceful(self):
        """Asks for a graceful restart and waits until the new generation is announced."""
        mark = self.log_size()
        self.process.send_signal(signal.SIGUSR1)
        self._wait(lambda: "resuming normal operations" in self.log(mark), "restart gracefully")

    def children(self):
        """Process ids of httpd's children."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return [int(pid) for pid in Path(path).read_text().split()]

    def stop_quietly(self):
        self.begin_test()
        self.stop()
        assert self.unexpected() == [], "httpd complained while it stopped"

    def close(self):
        self.stop()
        self.backend.close()
        shutil.rmtree(self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The error log -------------------------------------------------------------------------------------------

    def log_size(self):
        path = self.root / "logs/error.log"
        return path.stat().st_size if path.exists() else 0

    def log(self, since=0):
        """The error log from octet `since` on."""
        if not self.log_size():
            return ""
        with open(self.root / "logs/error.log", errors="replace") as stream:
            stream.seek(since)
            return stream.read()

    def access(self):
        return (self.root / "logs/access.log").read_text()

    def expect(self, *patterns):
        """Declares regular expressions for the error-log lines that this test causes."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    def begin_test(self):
        self._expected, self._position = [], self.log_size()

    def unexpected(self):
        """Lines of the error log since begin_test that nobody expected."""
        lines = self.log(self._position).splitlines() if self.log_size() else []
        return [line for line in lines
                if not USUAL.search(line) and not any(pattern.search(line) for pattern in self._expected)]
