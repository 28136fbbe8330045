/** Colours by what they are for. Text stands on grounds; the tests hold each pair to the contrast of WCAG AA. */
export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly inset: string;
  readonly line: string;
  readonly edge: string;
  readonly text: string;
  readonly quiet: string;
  readonly link: string;
  readonly blocked: string;
  readonly blockedGround: string;
  readonly unknown: string;
  readonly unknownGround: string;
  readonly reachable: string;
  readonly reachableGround: string;
}

export const LIGHT: Palette = {
  page: '#f6f7f9',
  card: '#ffffff',
  inset: '#f0f2f6',
  line: '#dfe3ea',
  edge: '#7b8798',
  text: '#1b2230',
  quiet: '#566072',
  link: '#1a5bb8',
  blocked: '#b3201f',
  blockedGround: '#fdeceb',
  unknown: '#855300',
  unknownGround: '#fdf2dc',
  reachable: '#1c6b3c',
  reachableGround: '#e5f4ea',
};

export const DARK: Palette = {
  page: '#11151c',
  card: '#1a202a',
  inset: '#232b37',
  line: '#303a49',
  edge: '#76859b',
  text: '#e8ecf2',
  quiet: '#a5b0c1',
  link: '#8cb8ff',
  blocked: '#ff9b92',
  blockedGround: '#3d1f20',
  unknown: '#f0c36a',
  unknownGround: '#372b13',
  reachable: '#82d6a0',
  reachableGround: '#173221',
};

function variables(palette: Palette, scheme: string): string {
  return `color-scheme:${scheme};${Object.entries(palette).map(([name, colour]) => `--${name}:${colour};`).join('')}`;
}

/** The whole style sheet. */
export const STYLE = `
:root{${variables(LIGHT, 'light')}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables(DARK, 'dark')}}}
@media screen{:root[data-theme=dark]{${variables(DARK, 'dark')}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main,header{max-width:75rem;margin:0 auto;padding:0 1.5rem}
header{display:flex;align-items:flex-start;justify-content:space-between;gap:1rem;padding-top:2rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-self:center;font-size:.875rem}
h1{flex:1;font-size:1.75rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem}
h3{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .75rem;font-size:1rem;margin:0}
p,ul,ol,pre,fieldset{margin:0;padding:0}
ul,ol{list-style:none}
h3,code,.fold summary{overflow-wrap:anywhere;min-width:0}
b,code,pre,small,.place,.tag,.ends,[data-text]{unicode-bidi:isolate}
code,pre,.place,.rule{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.quiet,.blocks{color:var(--quiet)}
.quiet,.blocks,.place{font-size:.875rem}
.place{font-weight:400;color:var(--quiet);overflow-wrap:anywhere}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.icon{width:1.125em;height:1.125em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}

button,input[type=search]{font:inherit;font-size:.875rem;color:var(--text);background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.375rem .75rem}
button{cursor:pointer;white-space:nowrap}
button:hover{background:var(--inset)}

.mark{display:inline-flex;align-items:center;gap:.375rem;font-size:.875rem;font-weight:600}
.mark .icon{font-size:1.0625rem}
.mark .word::first-letter{text-transform:uppercase}
.mark.blocked,.arrow.blocked{color:var(--blocked)}
.mark.unknown,.mark.warning,.arrow.unknown{color:var(--unknown)}
.mark.reachable,.arrow.reachable{color:var(--reachable)}

.sums{display:grid;grid-template-columns:repeat(3,1fr);gap:1rem;margin-top:1.5rem}
.sums li{border-radius:12px;padding:1rem 1.25rem}
.sums .number{display:block;font-size:2rem;line-height:1.1;font-weight:650;font-variant-numeric:tabular-nums}
.sums small{font-size:.875rem;font-weight:400;color:var(--quiet)}
.sums .mark{display:flex;margin-top:.25rem}
.sums .blocked{background:var(--blockedGround)}
.sums .unknown{background:var(--unknownGround)}
.sums .reachable{background:var(--reachableGround)}
.sums .none,.sums .none .mark{background:var(--inset);color:var(--quiet)}

.card{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:.75rem 0;padding:1rem 1.25rem}
article.card{border-left:4px solid var(--unknown)}
article.blocked{border-left-color:var(--blocked)}
article>*+*{margin-top:.625rem}
article p{overflow-wrap:anywhere}
.blocks{overflow-wrap:anywhere}
.copy{display:flex;align-items:flex-start;justify-content:space-between;gap:1rem;background:var(--inset);border-radius:8px;padding:.625rem .625rem .625rem .875rem}
.copy>:first-child{flex:1;min-width:0;overflow-wrap:anywhere;align-self:center}
.copy b{margin-right:.375rem}
.copy button{padding:.1875rem .625rem}
pre{overflow:auto;max-height:24rem;line-height:1.45}
.fold{font-size:.875rem}
summary{list-style:none}
summary::-webkit-details-marker{display:none}
summary::after{content:"";display:inline-block;flex:none;width:.4375rem;height:.4375rem;margin:0 .25rem .1875rem .5rem;border:solid var(--quiet);border-width:0 2px 2px 0;transform:rotate(45deg)}
[open]>summary::after{transform:rotate(225deg);margin-bottom:0}
.fold summary{cursor:pointer;color:var(--quiet);width:fit-content}
.fold[open]>summary{margin-bottom:.5rem}
.missing li{padding-block:.625rem}
.missing li+li{border-top:1px solid var(--line)}
.missing{padding-block:.375rem}

.tools{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.75rem;align-items:center;background:var(--page);padding:.75rem 0;border-bottom:1px solid var(--line)}
.tools fieldset{display:flex;border:1px solid var(--edge);border-radius:8px;background:var(--card);overflow:hidden}
.tools label{display:flex;align-items:center;gap:.375rem;padding:.375rem .75rem;cursor:pointer;font-size:.875rem}
.tools label+label{border-left:1px solid var(--line)}
.tools label .number{color:var(--quiet);font-variant-numeric:tabular-nums}
.tools label:has(:checked){background:var(--inset);box-shadow:inset 0 -3px var(--link)}
.tools label:has(:focus-visible){outline:2px solid var(--link);outline-offset:-2px;border-radius:8px}
.tools input[type=radio]{position:absolute;opacity:0;width:1px;height:1px}
.tools input[type=search]{flex:1 1 14rem;min-width:0}
#status{min-height:1.5rem;padding-top:.25rem}

.path{content-visibility:auto;contain-intrinsic-size:auto 3.625rem;padding:0}
.path>summary{display:flex;align-items:center;flex-wrap:wrap;gap:.25rem .75rem;padding:.875rem 3rem .875rem 1.25rem;cursor:pointer;position:relative}
.path>summary::after{position:absolute;right:1.25rem;top:1.25rem;margin:0}
.path[open]>summary::after{top:1.5rem}
.path>summary .mark{min-width:6.5rem}
.path[open]>summary{border-bottom:1px solid var(--line)}
.path>:not(summary){margin-inline:1.25rem}
.path>:last-child{margin-bottom:1rem}
.ends{font-weight:600;flex:1 1 12rem;overflow-wrap:anywhere}
.tag{font-size:.75rem;color:var(--quiet);border:1px solid var(--line);border-radius:99px;padding:.0625rem .5rem;overflow-wrap:anywhere}

.picture{display:flex;flex-wrap:wrap;row-gap:1.25rem;padding:1.25rem 0 1rem}
.picture li{display:flex;align-items:stretch;max-width:100%}
.station,.rule{display:flex;flex-direction:column;justify-content:center;max-width:14rem;border:1px solid var(--edge);background:var(--card);overflow-wrap:anywhere}
.station{min-width:7rem;border-radius:10px;padding:.5rem .75rem;font-size:.9375rem;line-height:1.35}
.station.beyond{border-style:dashed;background:var(--inset)}
.kind{display:flex;align-items:center;gap:.375rem;font-size:.75rem;color:var(--quiet)}
.rule{align-self:center;border-radius:1rem;padding:.25rem .75rem;font-size:.8125rem;background:var(--inset);border-color:var(--line)}
.arrow{display:grid;grid-template-rows:1fr auto 1fr;flex:none;min-width:5.75rem;justify-items:center;font-size:.75rem;padding:0 .5rem}
.arrow .traffic{grid-row:1;align-self:end;color:var(--text);white-space:nowrap;max-width:12rem;overflow:hidden;text-overflow:ellipsis;padding-bottom:.125rem}
.arrow .line{grid-row:2;width:100%;height:0;border-top:2px solid;position:relative}
.arrow .line::after{content:"";position:absolute;right:0;top:-5px;width:8px;height:8px;border:solid;border-width:2px 2px 0 0;transform:rotate(45deg)}
.arrow.blocked .line{border-top-style:dashed}
.arrow.unknown .line{border-top-style:dotted}
.arrow .mark{grid-row:3;align-self:start;font-size:.75rem;padding-top:.125rem}
.arrow:not(:has(.traffic)){min-width:1.75rem}

.hop{border-top:1px solid var(--line);font-size:.9375rem}
.hop>summary{cursor:pointer;padding-block:.4375rem}
.hop small{color:var(--quiet);font-size:.875rem;margin-left:.5rem}
.hop ul,.hop>.place{margin:0 0 .625rem 1.75rem}
.hop>.place{margin-bottom:.125rem}
.hop li{padding-block:.125rem}
.sign{position:relative;padding-left:1.75rem;overflow-wrap:anywhere}
.sign::before{position:absolute;left:0;width:1.25rem;text-align:center;font-weight:700}
.sign.reachable::before{content:"✓";content:"✓" / "reachable";color:var(--reachable)}
.sign.blocked::before{content:"✗";content:"✗" / "blocked";color:var(--blocked)}
.sign.unknown::before{content:"?";content:"?" / "unknown";color:var(--unknown)}
footer{color:var(--quiet);font-size:.875rem;max-width:75rem;margin:0 auto;padding:2rem 1.5rem 3rem}

@media (max-width:40rem){
main,header,footer{padding-inline:1rem}
h1{font-size:1.375rem}
.sums{gap:.5rem}
.sums li{padding:.75rem}
.sums .number{font-size:1.5rem}
.sums .mark{font-size:.75rem}
.sums .icon,.sums small{display:none}
.tools{position:static}
html{scroll-padding-top:1rem}
.tools fieldset{width:100%}
.tools label{flex:1;flex-direction:column;gap:0;padding:.375rem .25rem}
.tools .mark .icon{display:none}
.card{padding:.875rem}
.path{padding:0}
.path>summary{padding:.75rem 2.5rem .75rem .875rem}
.path>summary::after{right:.875rem}
.copy{flex-direction:column;align-items:stretch;gap:.375rem}
.copy>:first-child{flex:none;align-self:stretch}
.copy button{align-self:flex-end}
header{flex-wrap:wrap}
nav{order:1;width:100%}
.path>:not(summary){margin-inline:.875rem}
.picture,.picture li{flex-direction:column;row-gap:0}
.station,.rule{max-width:none;align-self:stretch}
.arrow{grid-template:auto/1.5rem auto auto 1fr;align-items:center;min-height:2.5rem;justify-items:start;gap:.5rem;padding:0 0 0 .75rem}
.arrow .traffic,.arrow .mark{grid-row:1;align-self:center;padding:0}
.arrow .traffic{grid-column:2}
.arrow .mark{grid-column:3}
.arrow .line{grid-row:1;grid-column:1;justify-self:center;width:0;height:100%;border-top:0;border-left:2px solid}
.arrow.blocked .line{border-left-style:dashed}
.arrow.unknown .line{border-left-style:dotted}
.arrow .line::after{right:auto;left:-5px;top:auto;bottom:1px;transform:rotate(135deg)}
.arrow:not(:has(.traffic)){min-height:1.25rem}
}
@media (forced-colors:active){.tools label:has(:checked){forced-color-adjust:none;background:Highlight;color:HighlightText}.tools label:has(:checked) *{color:inherit}}
@media print{
:root{--page:#fff}
nav,.tools,button,.fold:not([open]),#status{display:none!important}
body{font-size:10pt}
.path{content-visibility:visible}
.card,.hop,.picture li{break-inside:avoid}
.path.card{break-inside:auto}
pre{max-height:none;white-space:pre-wrap}
a{color:inherit;text-decoration:none}
}
`;
