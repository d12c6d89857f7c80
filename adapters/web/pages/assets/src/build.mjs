// Makes what the pages load, out of src and node_modules, in the folder it is run in.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as sass from 'sass';

const outputs = ['LICENSES.txt', 'app.webmanifest', 'giu.svg', 'htmx.js', 'icona-192.png', 'icona-512.png', 'icona-maskable.png',
  'icona.svg', 'icons.svg', 'passkey.js', 'titillium-400.woff2', 'titillium-600.woff2', 'visure.css', 'visure.js'];

const italia = 'node_modules/bootstrap-italia/', font = italia + 'dist/fonts/Titillium_Web/';

// The symbols of Bootstrap Italia that pages may use, without their "it-".
const icons = `arrow-left arrow-right ban box burger calendar card chart-line check check-circle chevron-left
  chevron-right clip clock close close-circle code-circle collapse comment copy delete download error exchange-circle
  expand external-link file file-csv file-pdf file-signed file-xlsx files flag folder funnel help-circle horn inbox info-circle key
  link list lock logout mail map-marker minus-circle more-actions note pa password-invisible password-visible pencil pin plug
  plus-circle print refresh restore search settings telephone unlocked upload user warning-circle`.split(/\s+/);

// Licences of what is built in.
const licences = [
  ['Bootstrap Italia 2.18.3: style and icons', italia + 'LICENSE'],
  ['Bootstrap 5.2.3, of which Bootstrap Italia is a fork', 'src/bootstrap-licence.txt'],
  ['htmx 4.0.1', 'node_modules/htmx.org/LICENSE'],
  ['Titillium Web', font + 'OFL.txt'],
];

const hash = file => createHash('sha256').update(readFileSync(file)).digest('hex');

// What refers to another file names its version, as the server does in pages: both then load the same address.
const versioned = text => text.replace(/\b(giu|icona|icona-192|icona-512|icona-maskable|titillium-400|titillium-600)\.(svg|png|woff2)\b/g,
  file => `${file}?v=${hash(file).slice(0, 16)}`);

const copy = (from, to) => writeFileSync(to, readFileSync(from));
copy(font + 'titillium-web-v10-latin-ext_latin-regular.woff2', 'titillium-400.woff2');
copy(font + 'titillium-web-v10-latin-ext_latin-600.woff2', 'titillium-600.woff2');
copy('node_modules/htmx.org/dist/htmx.min.js', 'htmx.js');

const sprite = readFileSync(italia + 'dist/svg/sprites.svg', 'utf8');
const symbol = name => {
  const found = sprite.match(new RegExp(`<symbol id="it-${name}"[^]*?</symbol>`));
  if (!found) throw new Error(`the sprite has no it-${name}`);
  return found[0].replace('id="it-', 'id="');
};
writeFileSync('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(symbol).join('')}</svg>`);

// Bootstrap Italia 2 needs @import, of which sass warns.
const style = sass.compile('src/visure.scss', { style: 'compressed', loadPaths: ['node_modules'], logger: sass.Logger.silent });
writeFileSync('visure.css', versioned(style.css) + '\n');
writeFileSync('app.webmanifest', versioned(readFileSync('src/app.webmanifest', 'utf8')));

const text = file => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
writeFileSync('LICENSES.txt', licences.map(([what, file]) => `${what}\n${'='.repeat(what.length)}\n\n${text(file)}\n`).join('\n\n'));

// What everything was when it was built, for the test that nothing changed since.
const sources = readdirSync('src', { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => `${entry.parentPath}/${entry.name}`);
const hashes = files => Object.fromEntries(files.sort().map(file => [file, hash(file)]));
writeFileSync('manifest.json', JSON.stringify({ sources: hashes(['package.json', 'package-lock.json', ...sources]), outputs: hashes(outputs) }, null, 2) + '\n');
