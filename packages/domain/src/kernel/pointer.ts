/** A name as it stands within a JSON pointer (RFC 6901). */
export const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** The JSON pointer of a path. */
export const pointerOf = (path: readonly PropertyKey[]): string => path.map((step) => `/${escape(String(step))}`).join('')
