#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The guard passes the tree as it is, and names each breach that is planted in a copy of it, and nothing else.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT
failed=0 planted=0

fail() { echo "FAIL: $1"; failed=1; }

for name in core mod_orgauth admin-cli portal tests schema build-aux docs runtests quickstart configure.ac Makefile.am; do
  cp -R "$top/$name" "$copy/" || exit 2
done
chmod -R u+w "$copy"
cd "$copy" || exit 2

# What looks like a breach and is none. A build in the tree leaves its files among ours.
touch tests/unit/base/test_id tests/unit/base/test_id.o tests/guard/test_guard.sh.log build-aux/guard.trs
cat >core/base/harmless.c <<'END'
/* SPDX-License-Identifier: Apache-2.0 */
/* atoi and sprintf are banned; SELECT x FROM y is SQL.
   #include "core/auth/decide.h" */
#include "core/base/error.h"
#include <unistd.h>
static const char text[] = "strcpy, SELECTED, \"UPDATE\", 'gets'"; // strcat
static const char quote = '"';
int my_atoi, atoi_of;
END
sh "$top/build-aux/guard" "$copy" || fail "the tree as it is"

# expect FILE MESSAGE: the guard will say so of FILE.
expect() { printf '%s\t%s\n' "$1" "$2" >>.expected; }

# plant FOLDER/.EXTENSION TEXT MESSAGE: a new file that consists of TEXT (printf escapes).
plant() {
  planted=$((planted + 1))
  file=${1%/*}/test_$planted${1##*/}
  mkdir -p "${file%/*}"
  printf -- "$2" >"$file"
  expect "$file" "$3"
}

# plant_c ROOM TEXT MESSAGE: the same in C, with its SPDX line.
plant_c() { plant "$1/.c" '/* SPDX-License-Identifier: Apache-2.0 */\n'"$2"'\n' "$3"; }

# spoil FILE SED-SCRIPT MESSAGE: FILE edited.
spoil() {
  cp "$1" .before
  sed "$2" .before >"$1"
  cmp -s "$1" .before && fail "$1: $2 changes nothing"
  expect "$1" "$3"
}

plant_c core/base '#include "core/model/key.h"' ':2: include "core/model/key.h" points up'
plant_c core/model '#include "core/store/store.h"' 'points up'
plant_c core/store '#  include "core/auth/decide.h"' 'points up'
plant_c core/auth '#include "core/admin/operation.h"' 'points up'
plant_c core/admin '#include "mod_orgauth/config.h"' 'points up'
plant_c core/base '#include "tests/unit/unit.h"' 'points up'
plant_c admin-cli '#include "mod_orgauth/config.h"' 'from one face to another'
plant_c mod_orgauth '#include "admin-cli/output.h"' 'from one face to another'
plant_c core/base '#include "error.h"' 'not written from the top'
plant_c core/base '#include "../base/error.h"' 'not written from the top'

plant_c core/store '#include <sqlite3.h>' 'belongs to core/store/sqlite* alone'
plant_c core/admin '#include <jansson.h>' 'belongs to core/base/json.c alone'
plant_c mod_orgauth '#include <sodium.h>' 'belongs to core/base/crypto.c alone'
plant_c core/base '#include <uninorm.h>' 'belongs to core/base/text.c alone'
plant_c core/base '#include <idn2.h>' 'belongs to core/base/text.c alone'
plant_c core/auth '#include <http_log.h>' 'belongs to mod_orgauth alone'
plant_c core/store '#include <postgresql/libpq-fe.h>' 'belongs to core/store/postgresql* alone'

for name in sprintf strcpy strcat gets atoi strtok ap_get_basic_auth_pw ap_some_auth_required ap_authn_cache_store; do
  plant_c mod_orgauth '/* a comment */ x = '"$name"' (y);' ":2: $name is banned"
done
plant_c core/base '/* one\n two */ int x = atoi("1");' ':3: atoi is banned'
plant_c core/base 'char *x = "\\"/*"; int y = atoi(x); /* " */' ':2: atoi is banned'

for text in 'SELECT name FROM account' 'INSERT INTO t VALUES (1)' 'INSERT OR IGNORE INTO t' 'UPDATE account SET x = 1' \
  'DELETE FROM t' 'PRAGMA user_version' 'DROP TABLE t' 'SELECT\\n name' 'BEGIN IMMEDIATE' 'VACUUM' 'select name from account' 'insert into t' \
  'delete from t' 'update t set x = 1'; do
  plant_c core/admin 'f("'"$text"'");' ':2: SQL outside of core/store'
done

plant_c mod_orgauth 'AP_INIT_TAKE1("OrgAuthNew", f, NULL, OR_AUTHCFG, "x"),' 'OrgAuthNew is not documented in docs/directives.md'
expect "$file" 'OrgAuthNew is named at no member'
spoil docs/directives.md 's/OrgAuthKeyHeader/OrgAuthKeyHeaders/g' 'OrgAuthKeyHeaders is no directive'
spoil mod_orgauth/config.c '/merged->module =/d' 'OrgAuthModule: its member module is in no merge function'
expect mod_orgauth/config.c 'OrgAuthKeyHeader is not documented in docs/directives.md'
spoil mod_orgauth/config.h '/OrgAuthOrg:/d' ''
expect mod_orgauth/config.c 'OrgAuthOrg is named at no member'

plant_c tests/unit/base 'int x;' 'is in no program of a sources.am'
expect "$file" 'is none of UNIT_TESTS'
spoil tests/sources.am '/^UNIT_TESTS += .*test_id$/d' ''
expect tests/unit/base/test_id.c 'is none of UNIT_TESTS'
printf '/* SPDX-License-Identifier: Apache-2.0 */\n' >tests/fuzz/fuzz_new.c
expect tests/fuzz/fuzz_new.c 'is in no program of a sources.am'
expect tests/fuzz/fuzz_new.c 'is none of FUZZ_TARGETS'
plant tests/nowhere/.py '# SPDX-License-Identifier: Apache-2.0\ndef test_x(): pass\n' 'is in no folder that ./runtests gives to pytest'
mkdir -p tests/httpd
printf '# SPDX-License-Identifier: Apache-2.0\ndef test_x(): pass\n' >tests/httpd/new.py
expect tests/httpd/new.py 'pytest collects test_*.py alone'
plant tests/new/.sh '# SPDX-License-Identifier: Apache-2.0\n' 'is none of TESTS'

plant_c core/base "$(awk 'BEGIN { print "int f(void)\\n{"; while (i++ < 79) print "    x();"; print "}" }')" 'a function of 81 lines'
plant_c core/base "$(awk 'BEGIN { print "int f(void) {"; while (i++ < 79) print "    x();"; print "}" }')" 'a function of 81 lines'
plant_c core/base "$(awk 'BEGIN { while (i++ < 500) print "int x;" }')" ': 501 lines'

plant core/base/.c '#include <stdio.h>\n' ':1: no SPDX'
plant schema/sqlite/.sql '-- more\n' 'no SPDX'
plant portal/.js 'x = 1\n' 'no SPDX'
expect "$file" 'is not listed in portal/sources.am'
plant portal/parts/.js '// SPDX-License-Identifier: Apache-2.0\n\nx.innerHTML = y\n' ':3:innerHTML is not for the portal'
expect "$file" 'is not listed in portal/sources.am'
spoil build-aux/guard '/SPDX/d' 'no SPDX'
spoil quickstart '/SPDX/d' 'no SPDX'

sh "$top/build-aux/guard" "$copy" >.output && fail "the guard passes a tree full of breaches"

# Each expectation must be in the output, and each line of the output be expected.
awk -F '\t' '
  NR == FNR { if ($2 != "") { file[++count] = $1; message[count] = $2 }; next }
  {
    known = 0
    for (i = 1; i <= count; i++)
      if (index($0, file[i] ":") == 1 && index($0, message[i])) known = seen[i] = 1
    if (!known) { print "FAIL: not planted: " $0; bad = 1 }
  }
  END {
    for (i = 1; i <= count; i++) if (!seen[i]) { print "FAIL: not seen: " file[i] ": " message[i]; bad = 1 }
    exit bad
  }' .expected .output || failed=1

exit $failed
