import { InputNumber } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Grading, Points } from './quality.ts'

interface PointsFormProps { questions: Grading['questions'], points: Points, onChange: (points: Points) => void }

/** One field a question; a question without an answer stays empty. */
export function PointsForm ({ questions, points, onChange }: PointsFormProps): ReactNode {
  const { i18n } = useTranslation('quality')
  return (
    <ul className='list-plain'>
      {questions.map(q => (
        <li key={q.code}>
          <label className='row'>
            <InputNumber
              size='small'
              min={0}
              max={q.points}
              precision={0}
              value={points[q.code] ?? null}
              onChange={value => {
                const { [q.code]: _before, ...rest } = points
                onChange(value === null ? rest : { ...rest, [q.code]: value })
              }}
            />
            <span>{i18n.language === 'en' ? q.nameEn : q.name} <span className='muted'>/{q.points}</span></span>
          </label>
        </li>
      ))}
    </ul>
  )
}

export const isComplete = (questions: Grading['questions'], points: Points): boolean => questions.every(q => points[q.code] !== undefined)
export const totalOf = (points: Points): number => Object.values(points).reduce((sum, given) => sum + given, 0)
