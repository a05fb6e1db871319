import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { answer } from '../child-side.ts'
import { type Ask, took } from '../rebuild/messages.ts'

const text = 'copy (select position, recorded_at, body from jejak.events order by position) to stdout'

/** A fresh process that reads the same events as raw bytes: what a rebuild cannot be faster than. */
answer(({ servingUrl }: Ask) =>
  took(async () => {
    const client = new pg.Client(servingUrl)
    await client.connect()
    let bytes = 0
    for await (const chunk of client.query(copyTo(text))) bytes += (chunk as Buffer).length
    await client.end()
    return bytes
  }),
)
