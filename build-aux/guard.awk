# SPDX-License-Identifier: Apache-2.0
# The part of build-aux/guard that reads C: includes, functions, SQL, sizes, directives. Arguments: files, from the top.

function blame(where, what) {
  print where ": " what
  breaches++
}

# Rooms by layer: includes point to the same number or a smaller one. Tests and bench may see everything, and nobody them.
function layer(path) {
  if (path ~ /^core\/base\//) return 1
  if (path ~ /^core\/model\//) return 2
  if (path ~ /^core\/store\//) return 3
  if (path ~ /^core\/(auth|mail)\//) return 4
  if (path ~ /^core\/admin\//) return 5
  if (path ~ /^(mod_orgauth|admin-cli)\//) return 6
  if (path ~ /^(tests|bench)\//) return 7
  return 0
}

# "core/auth/" of core/auth/key.c, "mod_orgauth/" of a face.
function room(path) {
  return match(path, /^(core\/[a-z]+|[^\/]+)\//) ? substr(path, 1, RLENGTH) : path
}

function check_own_include(name) {
  if (name == "config.h") return
  if (layer(name) == 0)
    blame(at, "include \"" name "\" is not written from the top")
  else if (layer(name) > layer(FILENAME))
    blame(at, "include \"" name "\" points up")
  else if (layer(name) == layer(FILENAME) && layer(name) < 7 && room(name) != room(FILENAME))
    blame(at, "include \"" name "\" points from one " (layer(name) == 6 ? "face" : "room") " to another beside it")
}

# A library belongs to one file, and httpd to one room, so that the rest can be built and tested without it.
function check_library(name) {
  if (layer(FILENAME) == 7) return
  for (i = 1; i <= libraries; i++)
    if (name ~ library[i] && FILENAME !~ owner[i])
      blame(at, "include <" name "> belongs to " owner_name[i] " alone")
}

function owned(header, file, file_name) {
  library[++libraries] = header
  owner[libraries] = file
  owner_name[libraries] = file_name
}

# Splits a line into `code` (without comments and with empty literals) and `literals`, each followed by "\001".
function lex(line,   token) {
  code = literals = ""
  while (line != "") {
    if (in_comment) {
      if (!(token = index(line, "*/"))) return
      line = substr(line, token + 2)
      in_comment = 0
    } else if (match(line, /\/\*|\/\/|"|'/)) {
      code = code substr(line, 1, RSTART - 1)
      token = substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
      if (token == "//") return
      if (token == "/*") in_comment = 1
      else if (match(line, token == "\"" ? "^([^\"\\\\]|\\\\.)*\"" : "^([^'\\\\]|\\\\.)*'")) {
        if (token == "\"") literals = literals substr(line, 1, RLENGTH - 1) "\001"
        code = code token token
        line = substr(line, RLENGTH + 1)
      }
    } else {
      code = code line
      return
    }
  }
}

function check_words(   count, words, i) {
  count = split(code, words, /[^A-Za-z0-9_]+/)
  for (i = 1; i <= count; i++)
    if (words[i] in banned) blame(at, words[i] " is banned (core/base/banned.h)")
}

function check_sql() {
  if (layer(FILENAME) == 7 || FILENAME ~ /^core\/store\//) return
  if (literals ~ /(^|[^A-Za-z])(SELECT[ \\]|INSERT (OR [A-Z]+ )?INTO|REPLACE INTO|UPDATE [a-z_]+ SET|UPDATE [a-z_]+ *\001|DELETE FROM|PRAGMA |(CREATE|DROP|ALTER) (TABLE|INDEX|VIEW|TRIGGER)|BEGIN (IMMEDIATE|EXCLUSIVE|TRANSACTION)|VACUUM|ATTACH )/ ||
      literals ~ /(^|[^A-Za-z])(select [^\001]* from [a-z_]|insert into |update [a-z_]+ set |delete from |pragma [a-z_]+|(create|drop|alter) table )/)
    blame(at, "SQL outside of core/store")
}

function note_directives(   count, words, i) {
  if (FILENAME !~ /^mod_orgauth\/.*\.c$/) return
  count = split(literals, words, "\001")
  for (i = 1; i <= count; i++)
    if (words[i] ~ /^OrgAuth[A-Z][A-Za-z0-9]*$/ && !(words[i] in directive)) directive[words[i]] = at
}

# A function is what stands between a "{" in the first column, or behind its parameters, and a "}" in the first column.
function measure() {
  if (/^\{/ || /^[A-Za-z_].*\) *\{$/) opened = FNR
  if (/^\}/ && opened) {
    if (FNR - opened + 1 > 80) blame(FILENAME ":" opened, "a function of " (FNR - opened + 1) " lines; 80 are the limit")
    opened = 0
  }
}

BEGIN {
  owned("^sqlite3(ext)?\\.h$", "^core/store/sqlite[a-z_]*\\.[ch]$", "core/store/sqlite*")
  owned("^(postgresql/)?libpq-fe\\.h$", "^core/store/postgresql[a-z_]*\\.[ch]$", "core/store/postgresql*")
  owned("^zip(conf)?\\.h$", "^core/base/archive\\.c$", "core/base/archive.c")
  owned("^expat[a-z_]*\\.h$", "^core/base/xml\\.c$", "core/base/xml.c")
  owned("^jansson\\.h$", "^core/base/json\\.c$", "core/base/json.c")
  owned("^curl/", "^core/mail/smtp\\.c$", "core/mail/smtp.c")
  owned("^sodium[a-z_/0-9]*\\.h$", "^core/base/crypto\\.c$", "core/base/crypto.c")
  owned("^(uni(str|norm|case|ctype|name|types|conv|stdio|width|gbrk|lbrk|wbrk)|idn2)\\.h$", "^core/base/text\\.c$", "core/base/text.c")
  owned("^(httpd|http_[a-z]+|ap_[a-z_]+|mod_[a-z_]+|util_[a-z_]+|unixd|scoreboard|mpm_common)\\.h$", "^mod_orgauth/", "mod_orgauth")
  while ((getline line < "core/base/banned.h") > 0)
    if (sub(/^#pragma GCC poison /, "", line)) list = list " " line
  list = list " ap_get_basic_auth_pw ap_some_auth_required ap_authn_cache_store"
  count = split(list, words, " ")
  for (i = 1; i <= count; i++) banned[words[i]] = 1
}

FNR == 1 {
  opened = in_comment = 0
  if (!/SPDX-License-Identifier: Apache-2\.0/) blame(FILENAME ":1", "no SPDX-License-Identifier: Apache-2.0 in the first line")
}

{
  at = FILENAME ":" FNR
  lines[FILENAME] = FNR
  measure()
  if (!in_comment && /^[ \t]*#[ \t]*include/) {
    name = $0
    quoted = sub(/^[^"<]*"/, "", name)
    if (!quoted) sub(/^[^<]*</, "", name)
    sub(/[">].*/, "", name)
    if (quoted) check_own_include(name)
    check_library(name)
    next
  }
  lex($0)
  if (FILENAME != "core/base/banned.h") check_words()
  check_sql()
  note_directives()
}

# Each directive: a row of docs/directives.md, a member of config.h whose comment names it, and that member in a merge function.
function check_directives(   name, line, readme, header, member, merge) {
  while ((getline line < "docs/directives.md") > 0) readme = readme line "\n"
  while ((getline line < "mod_orgauth/config.c") > 0) merge = merge line "\n"
  while ((getline line < "mod_orgauth/config.h") > 0)
    if (match(line, /[a-z_]+;[ \t]*\/\*.*OrgAuth[A-Z][A-Za-z0-9]*/)) {
      member = substr(line, RSTART, index(substr(line, RSTART), ";") - 1)
      match(line, /OrgAuth[A-Z][A-Za-z0-9]*/)
      header[substr(line, RSTART, RLENGTH)] = member
    }
  for (name in directive) {
    if (readme !~ name "[^A-Za-z0-9]") blame(directive[name], name " is not documented in docs/directives.md")
    if (!(name in header)) blame(directive[name], name " is named at no member of mod_orgauth/config.h")
    else if (index(merge, "merged->" header[name] " =") == 0)
      blame(directive[name], name ": its member " header[name] " is in no merge function of mod_orgauth/config.c")
  }
  while (match(readme, /OrgAuth[A-Z][A-Za-z0-9]*/)) {
    name = substr(readme, RSTART, RLENGTH)
    readme = substr(readme, RSTART + RLENGTH)
    if (!(name in directive) && !said[name]++) blame("docs/directives.md", name " is no directive")
  }
}

END {
  for (name in lines) if (lines[name] > 500) blame(name, lines[name] " lines; 500 are the limit")
  check_directives()
  exit breaches > 0
}
