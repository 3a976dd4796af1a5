#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# configure says in one line all that is missing, and which packages of Debian have it.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
[ ! -f "$top/config.status" ] || exit 77 # a tree that was built in takes no configure from elsewhere
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
failed=0

# A pkg-config that does not know the modules named in $hidden.
cat >pkg-config <<'END'
#!/bin/sh
for module in $hidden; do
  case " $* " in *" $module "*) exit 1 ;; esac
done
exec "$real" "$@"
END
chmod +x pkg-config
real=$(command -v pkg-config) || exit 77
export real hidden

# refuses LINE [OPTION…]: configure fails, and LINE is all that it says.
refuses() {
  line=$1
  shift
  "$top/configure" -q "$@" >output 2>&1 && { echo "FAIL: configure passes, and not: $line"; failed=1; }
  [ "$(cat output)" = "configure: error: $line" ] || { echo "FAIL: not: $line"; cat output; failed=1; }
}

hidden='sqlite3 libzip smartcols'
refuses 'missing: sqlite3 >= 3.40, libzip >= 1.7, smartcols >= 2.33, libunistring; on Debian: apt-get install libsqlite3-dev libzip-dev libsmartcols-dev libunistring-dev' \
  PKG_CONFIG="$work/pkg-config" ac_cv_header_uninorm_h=no
hidden=
refuses '/nonexistent is not apxs: apxs -q INCLUDEDIR fails' --with-apxs=/nonexistent
exit $failed
