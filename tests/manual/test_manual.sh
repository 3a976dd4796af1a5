#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run in the build directory: each noun of the command has its page, which names each of its verbs, and no page makes groff or mandoc complain.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
failed=0
fail() { printf 'FAIL: %s\n' "$1"; failed=1; }

# The nouns stand between the first two empty lines after the second one of the help, each with its verbs.
nouns=$(./orgauth --help | awk '/^$/ { paragraph++ } paragraph == 2 && NF { print $1 }')
[ "$(echo "$nouns" | wc -l)" -ge 14 ] || fail "nouns: $nouns"
for noun in $nouns; do
  page=man/orgauth-$noun.1
  [ -f "$page" ] || { fail "$page is missing: write $page.scd and name it in man/sources.am"; continue; }
  for verb in $(./orgauth "$noun" --help | sed -n "s/^  $noun \([a-z-]*\).*/\1/p"); do
    grep -qx "\.SS $verb" "$page" || fail "$page says nothing of $verb"
  done
done

for text in "$top"/man/*.scd; do
  page=man/$(basename "$text" .scd)
  [ -f "$page" ] || { fail "$page is not in man/sources.am"; continue; }
  if command -v mandoc >/dev/null; then mandoc -T lint -W warning "$page" || fail "mandoc: $page"; fi
  # A word that is longer than the line, as a regular expression is, may leave the line ragged.
  if command -v groff >/dev/null; then
    complaint=$(groff -Kutf8 -man -Tutf8 -ww -Wbreak "$page" 2>&1 >/dev/null) && [ -z "$complaint" ] || fail "groff: $page: $complaint"
  fi
done

# What scdoc, roff or Markdown would take for their own is printed as it is written.
copy=$(mktemp -d) && mkdir -p "$copy/man" "$copy/docs" "$copy/build-aux" || exit 2
trap 'rm -rf "$copy"' EXIT
cp "$top/build-aux/scdoc.awk" "$copy/build-aux/"
cat >"$copy/docs/odd.md" <<'END'
# Title

## First

.starts with a dot, 'quote, and *star_under_score\n \\ back*slash `code_with_*.\x` **bold_face** [a_link](b_c) x-y

- a list of `--one`

| Name | Else | Meaning |
|---|---|---|
| `a_b` | `c\d` | -x |

```
.literal \n *x* _y_ --z
```

## Second

not here
END
cat >"$copy/man/odd.1.scd" <<'END'
odd(1)

# NAME

odd - odd

# TEXT

@markdown docs/odd.md#First
END
if command -v "${SCDOC:-scdoc}" >/dev/null && command -v groff >/dev/null; then
  "$top/build-aux/manual-page" "$copy" ./orgauth odd.1 >"$copy/page" || fail "manual-page"
  said=$(groff -Kutf8 -man -Tascii "$copy/page" | sed -e 's/.\x08//g' -e 's/\x1b\[[0-9;]*m//g' | tr -s ' \n' ' ')
  for words in ".starts with a dot, 'quote, and *star_under_score\\n \\\\ back*slash code_with_*.\\x bold_face a_link x-y" 'a list of --one' \
    'a_b (else: c\d) -x' '.literal \n *x* _y_ --z'; do
    case $said in *"$words"*) ;; *) fail "not in the page: $words; but: $said" ;; esac
  done
  case $said in *'not here'*) fail "a section that was not asked for" ;; esac
  for line in '@verbs nobody' '@nothing' '@markdown docs/odd.md#Third'; do
    printf 'odd(1)\n\n# NAME\n\n%s\n' "$line" >"$copy/man/odd.1.scd"
    "$top/build-aux/manual-page" "$copy" ./orgauth odd.1 >/dev/null 2>&1 && fail "a page is made of $line"
  done
fi

exit $failed
