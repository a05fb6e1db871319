import { answer } from '../child-side.ts'
import { type Ask, took } from './messages.ts'
import { rebuildEntityList } from './port.ts'

/** A fresh process that rebuilds a view. */
answer(({ servingUrl }: Ask) => took(() => rebuildEntityList(servingUrl).then(() => 0)))
