/** A text of several lines in the source as one line. */
export const prose = (parts: TemplateStringsArray): string =>
  parts
    .join('')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
