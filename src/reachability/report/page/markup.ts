/** Text that is HTML already. */
export class Html {
  constructor(public readonly text: string) {}
}

type Part = Html | string | number | false | undefined | readonly Part[];

/** HTML with values in it; every value is escaped that is not HTML itself, so that nothing can be forgotten. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(render)));
}

function render(part: Part): string {
  if (part === undefined || part === false) { return ''; }
  if (part instanceof Html) { return part.text; }
  return typeof part === 'object' ? part.map(render).join('') : escape(String(part));
}

const ENTITIES: { [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for content and quoted attributes. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character]);
}

/** A name that may be broken after each slash. */
export function breakable(text: string): Html {
  return new Html(text.split('/').map(escape).join('/<wbr>'));
}

/** JSON for people: what is invisible is escaped as JSON does it, so that it means the same when it is copied. */
export function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, character => [...Array(character.length).keys()]
      .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''));
}
