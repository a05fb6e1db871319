/** The other side of startChild: answers every question of the parent, ends when the parent lets go. */
export function answer(question: (asked: never) => Promise<object>): void {
  process.on('message', (asked: unknown) => {
    // What the parent sends is typed where it is sent: both sides name the same interface.
    question(asked as never).then(
      (answered) => process.send?.(answered),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
}
