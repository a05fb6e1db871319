import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { newPlan } from '../../src/deed.ts'
import { newHistory } from '../../src/history.ts'
import { dateOf, dayOf, workingDays } from '../../src/days.ts'
import { system } from '../../src/officers.ts'
import { randomOf } from '../../src/random.ts'
import { NotAccepted, sit, type Teller } from '../../src/sitting.ts'
import { openStore } from '../../src/store.ts'

const folders = (): string[] => (existsSync(tmpdir()) ? readdirSync(tmpdir()).filter((name) => name.startsWith('jejak-simulation-')) : [])

test('a stream of numbers depends on its path alone and fills its range', () => {
  const [one, same, other] = [randomOf('s', 'a'), randomOf('s', 'a'), randomOf('s', 'b')]
  const drawn = Array.from({ length: 1000 }, () => one.whole(1, 6))
  expect(Array.from({ length: 1000 }, () => same.whole(1, 6))).toEqual(drawn)
  expect(Array.from({ length: 1000 }, () => other.whole(1, 6))).not.toEqual(drawn)
  expect(new Set(drawn)).toEqual(new Set([1, 2, 3, 4, 5, 6]))
  const delays = Array.from({ length: 2001 }, () => one.delay(20)).toSorted((a, b) => a - b)
  expect(delays[1000]).toBeGreaterThan(17)
  expect(delays[1000]).toBeLessThan(23)
  const mean = Array.from({ length: 2000 }, () => one.count(0.8)).reduce((a, b) => a + b, 0) / 2000
  expect(mean).toBeGreaterThan(0.7)
  expect(mean).toBeLessThan(0.9)
  expect(one.id(dayOf('2018-01-01'))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('offices work from Monday to Friday, and not on holidays', () => {
  const working = workingDays(['2018-06-15'])
  expect(dateOf(working.from(dayOf('2018-06-15')))).toBe('2018-06-18')
  expect(dateOf(working.until(dayOf('2018-06-17')))).toBe('2018-06-14')
  expect(dateOf(working.from(dayOf('2018-06-14')))).toBe('2018-06-14')
})

test('blocks beyond the memory wait in a file, which is gone at the end', async () => {
  const before = folders()
  const store = openStore(10)
  for (const [index, week] of [3, 1, 3, 2].entries()) await store.keep({ week, packed: new Uint8Array(8).fill(index) })
  expect(folders().length).toBe(before.length + 1)
  expect(store.weeks()).toEqual([1, 2, 3])
  expect((await store.take(3)).map(([first]) => first)).toEqual([0, 2])
  expect((await store.take(1)).map(([first]) => first)).toEqual([1])
  await store.close()
  expect(folders()).toEqual(before)
})

test('a command that the rules refuse is loud: who, when, which rule', async () => {
  const teller: Teller = {
    life: 1,
    needs: [1],
    name: 'kelurahan 16.74.05.1002',
    seed: 's',
    zone: 'Asia/Jakarta',
    history: newHistory(),
    random: randomOf('s'),
    told: 0,
    sittings: 0,
  }
  const plan = newPlan()
  const day = dayOf('2018-01-02')
  const subject = { kind: 'institution', id: randomOf('x').id(day) }
  const form = { by: system, data: { institutionKind: 'PMU', name: 'PMU' } }
  plan.tell(day, 'institution.Form', subject, form)
  plan.tell(day, 'institution.AssumeOffice', subject, {
    by: { person: randomOf('y').id(day), role: 'LURAH', institution: subject.id },
    data: { holder: randomOf('z').id(day), role: 'PMU', from: '2018-01-02' },
  })
  const told = sit(teller, plan.deeds, Date.parse('2018-01-02T03:00:00Z') * 1000)
  await expect(told).rejects.toThrow(NotAccepted)
  await expect(told).rejects.toThrow(
    /kelurahan 16\.74\.05\.1002, 2018-01-02: institution\.AssumeOffice on institution:.* by LURAH: [a-z-]+: /,
  )
})
