/** Text made to fit a width: broken into lines at spaces where there are any, or cut to its end. */

/** Lines of at most `width` characters, indent included; a word longer than that is cut hard. Text must have no colours yet. */
export function wrap(
  text: string,
  options: { readonly width: number; readonly indent: number },
): readonly string[] {
  const room = Math.max(4, options.width - options.indent);
  const margin = ' '.repeat(options.indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(margin + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > room) {
      lines.push(margin + line.slice(0, room));
      line = line.slice(room);
    }
  }
  return [...lines, margin + line];
}

/** The end of a long place, which says most, after an ellipsis; the whole text when it fits. */
export function tail(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(text.length - length + 1)}`;
}
