import { html } from '../src/html/html.ts';

test('everything that is not HTML of its own is escaped, in text and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&amp;`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;';
  expect(String(html`<p title="${hostile}">${hostile}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('templates within templates, lists, numbers and what is left out', () => {
  const rows = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(String(html`<ul>${rows}${3}${undefined}${false}</ul>`)).toBe('<ul><li>a</li><li>&lt;b&gt;</li>3</ul>');
});

test('an object that looks like HTML of its own cannot be written', () => {
  const forged = JSON.parse('{"text":"<script>"}');
  expect(() => String(html`<p>${forged}</p>`)).toThrow(TypeError);
});

test('an attribute without quotes throws', () => {
  const value = 'x onclick=alert(1)';
  // biome-ignore format: the missing quotes are what is tested
  expect(() => html`<p title=${value}></p>`).toThrow('an attribute without quotes');
  expect(() => html`<a class="a" title=${value}></a>`).toThrow('an attribute without quotes');
  expect(String(html`<a href="?name=${value}"></a>`)).toContain('href="?name=x');
});

test.each([
  ['an override of direction', '\u202E', '⟨U+202E⟩'],
  ['an isolate', '\u2066', '⟨U+2066⟩'],
  ['a mark of direction', '\u200F', '⟨U+200F⟩'],
  ['a zero-width space', '\u200B', '⟨U+200B⟩'],
  ['a NUL', '\0', '⟨U+0000⟩'],
  ['an escape character', '\u001B', '⟨U+001B⟩'],
  ['a line separator', '\u2028', '⟨U+2028⟩'],
  ['half of a surrogate pair', '\uD800', '⟨U+D800⟩'],
  ['a tag character', '\u{E0041}', '⟨U+E0041⟩'],
])('%s is shown as its number', (_name, text, shown) => {
  expect(String(html`a${text}b`)).toBe(`a${shown}b`);
});

test.each([
  ['line feeds and tabs', 'a\n\tb'],
  ['joiners, which emoji and whole scripts are written with', '👩\u200D💻 می\u200Cخواهم'],
  ['Hebrew, Arabic and Chinese', 'שלום مرحبا 你好'],
])('%s stay as they are', (_name, text) => {
  expect(String(html`${text}`)).toBe(text);
});
