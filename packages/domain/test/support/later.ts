import { variant } from './editions.ts'

/** Next year's edition: one desk fewer, a stage with another name, a stricter condition. */
export const later = variant(
  'KOTAKU-2018',
  (draft) => {
    const tranche = draft.workflows['tranche'] as never as { stages: Record<string, { stages?: Record<string, object> }>; path: string[] }
    const desks = tranche.stages['UnderVerification']?.stages ?? {}
    desks['CITY'] = desks['KORKOT'] ?? {}
    delete desks['KORKOT']
    draft.workflows['tranche'] = JSON.parse(
      JSON.stringify(tranche).replaceAll('UnderVerification.KORKOT', 'UnderVerification.CITY'),
    ) as never
    draft.tranches.next.minProgressPercent = 60
  },
  'KOTAKU-2019',
)
