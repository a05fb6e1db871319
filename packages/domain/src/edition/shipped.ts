import { Edition } from '../kernel/workflow.ts'
import kotaku2018 from './editions/kotaku-2018.json' with { type: 'json' }
import kube2024 from './editions/kube-2024.json' with { type: 'json' }
import p2kp32006 from './editions/p2kp3-2006.json' with { type: 'json' }
import plpbk2009 from './editions/plpbk-2009.json' with { type: 'json' }
import pnpmMp2013 from './editions/pnpm-mp-2013.json' with { type: 'json' }
import upk2010 from './editions/upk-2010.json' with { type: 'json' }

const written = [kotaku2018, pnpmMp2013, p2kp32006, plpbk2009, kube2024, upk2010]

/** The editions that come with Jejak; `system` publishes them at migration (CONTRACTS B5). */
export const shippedEditions: readonly Edition[] = written.map((edition) => Edition.parse(edition))

/** The same as their files say it, without what is left out there, by id: to copy from. */
export const shippedAsWritten: ReadonlyMap<string, object> = new Map(written.map((edition) => [edition.id, edition]))
