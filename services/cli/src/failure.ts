/** A command could not do what was asked; the message says what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly code: number
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** Nothing answers at the address. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected'
}
