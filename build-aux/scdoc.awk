# SPDX-License-Identifier: Apache-2.0
# Completes a page of man/ in scdoc(5) from the documents, so that nothing is written twice: a line "@markdown FILE" stands for all of FILE
# (each of its sections becomes one of the page), "@markdown FILE#Section" for what stands below that heading. Paths are from the variable `top`.
# What it understands of Markdown is what docs/ uses: headings, paragraphs, lists, fenced code, tables, `code`, **bold**, [links](…).

# The text without what scdoc would take for its own.
function escape(text) {
  gsub(/[\\*_`]/, "\\\\&", text)
  return text
}

# One run of text: code and what is bold become bold, links their text.
function inline(text,   out, mark, end) {
  while (match(text, /`|\*\*|\[[^]]*\]\(/)) {
    out = out escape(substr(text, 1, RSTART - 1))
    mark = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    if (mark ~ /^\[/) {
      out = out escape(substr(mark, 2, length(mark) - 3))
      sub(/^[^)]*\)/, "", text)
    } else if ((end = index(text, mark))) {
      out = out "*" escape(substr(text, 1, end - 1)) "*"
      text = substr(text, end + length(mark))
    } else out = out escape(mark)
  }
  return out escape(text)
}

# A line of its own begins with nothing that scdoc would take for a mark, nor roff for a request: bold begins and ends before it.
function guarded(text) {
  return (text ~ /^[#.|:;[\]-]/ ? "**" : "") text
}

function doubled(text,   parts, count, i, out) {
  count = split(text, parts, /\\/)
  for (i = 1; i <= count; i++) out = out (i > 1 ? "\\\\" : "") parts[i]
  return out
}

# A row of a table is an item of a list: the first cell, the cells between with their headings, the last one below.
function put_row(line,   cells, count, i, title, text) {
  sub(/^\| */, "", line)
  sub(/ *\|$/, "", line)
  count = split(line, cells, / *\| */)
  if (!columns) {
    columns = count
    for (i = 1; i <= count; i++) heading[i] = cells[i]
    return
  }
  if (line ~ /^-+(\|-+)*$/) return
  title = inline(cells[1])
  for (i = 2; i < count; i++)
    if (cells[i] != "") title = title " (" tolower(heading[i]) ": " inline(cells[i]) ")"
  text = inline(cells[count])
  print guarded(title) "\n\t" guarded(text)
}

function put_line(line) {
  if (line ~ /^```/) {
    in_code = !in_code
    print "```"
    if (!in_code) print ""
  } else if (in_code) {
    print doubled(line)
  } else if (line ~ /^\|/) put_row(line)
  else {
    columns = 0
    if (line ~ /^- /) print "- " inline(substr(line, 3))
    else if (line ~ /^  [^ ]/) print "  " inline(substr(line, 3))
    else print guarded(inline(line))
  }
}

function put_file(name, section,   line, path, inside, found) {
  path = top "/" name
  inside = section == ""
  columns = in_code = 0
  while ((getline line < path) > 0) {
    if (!in_code && line ~ /^# /) continue
    if (!in_code && line ~ /^## /) {
      sub(/^## */, "", line)
      if (section == "") print "# " toupper(line)
      else inside = line == section
      found = found || inside
    } else if (inside) {
      put_line(line)
      found = 1
    }
  }
  close(path)
  if (!found) {
    print "build-aux/scdoc.awk: there is nothing in " name "#" section > "/dev/stderr"
    exit failed = 1
  }
}

/^@markdown / {
  split($2, words, "#")
  section = $0
  if (!sub(/^[^#]*#/, "", section)) section = ""
  put_file(words[1], section)
  next
}
/^; / { next }
{ print }
