import { describe, expect, it } from 'vitest'
import { told, type Step } from '../support/clock.ts'

const asked: Step = ['2018-09-10', null, 'Asked']
const cancelled: Step = ['2018-09-12', 'Asked', 'Cancelled']
const rejected: Step = ['2018-09-12', 'Asked', 'Rejected']
const reopened = (at: string, ...steps: readonly Step[]) =>
  told(at, ...steps).reopened.map(({ on, position, to, after }) => [on, position, to, after.on, after.position])
const end = '2018-12-31'

describe('a case that went on after it had ended', () => {
  it('is shown with the fact that led it on and the one that had ended it', () => {
    expect(reopened(end, asked, cancelled)).toEqual([])
    expect(reopened(end, asked, cancelled, ['2018-09-20', 'Cancelled', 'Asked'])).toEqual([['2018-09-20', 3, 'Asked', '2018-09-12', 2]])
    expect(reopened(end, asked, rejected, ['2018-09-20', 'Rejected', 'Asked'])).toEqual([['2018-09-20', 3, 'Asked', '2018-09-12', 2]])
  })

  it('is shown each time', () => {
    const steps: Step[] = [asked, rejected, ['2018-09-20', 'Rejected', 'Asked'], ['2018-09-25', 'Asked', 'Cancelled']]
    expect(reopened(end, ...steps)).toHaveLength(1)
    expect(reopened(end, ...steps, ['2018-10-01', 'Cancelled', 'Checked.A'], ['2018-10-02', 'Checked.A', 'Paid'])).toEqual([
      ['2018-09-20', 3, 'Asked', '2018-09-12', 2],
      ['2018-10-01', 5, 'Checked.A', '2018-09-25', 4],
    ])
  })

  it('is not one on a day before it went on', () => {
    const steps: Step[] = [asked, rejected, ['2018-09-20', 'Rejected', 'Asked']]
    expect(reopened('2018-09-19', ...steps)).toEqual([])
    expect(reopened('2018-09-20', ...steps)).toHaveLength(1)
  })

  it('is not one that goes from one end to another, or is only suspended there', () => {
    expect(reopened(end, asked, rejected, ['2018-09-20', 'Rejected', 'Cancelled'])).toEqual([])
    const suspended = { suspended: { from: false, to: true } }
    expect(reopened(end, asked, rejected, ['2018-09-20', 'Rejected', 'Rejected', suspended])).toEqual([])
  })

  it('counts the whole, and no region', () => {
    const papers = { region: 'Both.papers' }
    const steps: Step[] = [
      ['2018-09-10', null, 'Both'],
      ['2018-09-10', null, 'Cancelled', papers],
      ['2018-09-13', 'Cancelled', 'Both.papers.Done', papers],
    ]
    expect(reopened(end, ...steps)).toEqual([])
  })
})
