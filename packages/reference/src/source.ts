import { CompiledQuery, type Kysely, type QueryExecutorProvider } from 'kysely'
import type { ClientBase, Pool } from 'pg'

/** Where statements go: a pg pool or client, or a Kysely instance or transaction, whatever its tables. */
export type Source = Pool | ClientBase | QueryExecutorProvider

/** What a whole load needs besides: the means to open a transaction. */
export type TransactionSource<DB> = Pool | Kysely<DB>

/** Runs one statement and returns its rows. */
export async function query<Row>(source: Source, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  if ('getExecutor' in source) {
    const compiled: CompiledQuery<Row> = CompiledQuery.raw(text, [...values])
    return (await source.getExecutor().executeQuery(compiled)).rows
  }
  // With no values pg takes several statements in one text.
  const result = await (values.length > 0 ? source.query(text, [...values]) : source.query(text))
  return result.rows
}

/** Does the work in one transaction, on one connection. */
export async function inTransaction<DB, T>(source: TransactionSource<DB>, work: (source: Source) => Promise<T>): Promise<T> {
  if ('getExecutor' in source) return source.transaction().execute(work)
  const client = await source.connect()
  let failure: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    // A client whose transaction failed is thrown away: its state is not worth guessing.
    client.release(failure)
  }
}
