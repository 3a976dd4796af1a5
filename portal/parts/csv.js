// SPDX-License-Identifier: Apache-2.0
// Tables as files for spreadsheets.
import { save } from '../lib/api.js';

// What a spreadsheet would take for a formula gets an apostrophe, as in the server's exports.
const cell = (value) => {
  const text = typeof value === 'object' && value ? JSON.stringify(value) : String(value ?? '');
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

// Saves the named members of each row.
export function saveTable(columns, rows, name) {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  save(new Blob([lines.map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n'], { type: 'text/csv' }), name);
}
