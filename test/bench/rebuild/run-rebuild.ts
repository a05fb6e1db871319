import v8 from 'node:v8'
import { answer } from '../child-side.ts'
import { type Ask, took } from './messages.ts'
import { rebuildEntityList } from './port.ts'

// As `jejak projections rebuild` does.
v8.setFlagsFromString('--heap-growing-percent=60')

/** A fresh process that rebuilds a view. */
answer(({ servingUrl }: Ask) => took(() => rebuildEntityList(servingUrl).then(() => 0)))
