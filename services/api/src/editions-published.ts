import { publishedRevisions, type ViewsDb } from '@jejak/views'
import type { Context } from './context.ts'

/** Every published revision that the log holds, with its content. */
export async function publishedEditions(context: Context, db: ViewsDb) {
  const all = (await publishedRevisions(db)).map(async ({ id, revision }) => {
    const content = await context.reader.edition({ id, revision })
    return content === undefined ? [] : [{ id, revision, content }]
  })
  return (await Promise.all(all)).flat()
}
