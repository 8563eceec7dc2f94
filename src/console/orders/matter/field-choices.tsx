import { Alert, Button, Modal, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import './matter-words.ts'
import './matter.css'

export type Whose = 'mine' | 'theirs'

/**
 * A field with two versions, in words. `proposed`: the one side that changed it; undefined when both did and a person has to decide.
 */
export interface TwoVersions<F extends string> { field: F, word: string, mine: string, theirs: string, proposed: Whose | undefined }

interface FieldChoicesProps<F extends string> {
  rows: ReadonlyArray<TwoVersions<F>>
  /** what happened meanwhile, one line for each step */
  between?: readonly string[]
  busy?: boolean
  onTake: (chosen: Readonly<Record<F, Whose>>) => void
  /** closes it without a decision; the caller keeps what was typed */
  onLater?: () => void
}

/** Shown to the second of two people who save: both versions, field by field, each to be decided. */
export function FieldChoices<F extends string> ({ rows, between = [], busy = false, onTake, onLater }: FieldChoicesProps<F>): ReactNode {
  const { t } = useTranslation('matter')
  const [chosen, setChosen] = useState(() => Object.fromEntries(rows.map(r => [r.field, r.proposed])) as Record<F, Whose | undefined>)
  const all = (whose: Whose) => () => { setChosen(Object.fromEntries(rows.map(r => [r.field, whose])) as Record<F, Whose>) }
  return (
    <Modal
      open
      title={t('conflict')}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={860}
      className='field-choices'
      footer={[
        onLater && <Button key='later' onClick={onLater}>{t('later')}</Button>,
        <Button key='theirs' onClick={all('theirs')}>{t('allTheirs')}</Button>,
        <Button key='mine' onClick={all('mine')}>{t('allMine')}</Button>,
        <Button
          key='take'
          type='primary'
          loading={busy}
          disabled={rows.some(r => chosen[r.field] === undefined)}
          onClick={() => { onTake(chosen as Record<F, Whose>) }}
        >
          {t('take')}
        </Button>
      ]}
    >
      <Alert type='info' title={t('hint')} style={{ marginBottom: 8 }} />
      <table className='plain-table'>
        <thead>
          <tr>
            <th scope='col'>{t('field')}</th>
            <th scope='col'>{t('mine')}</th>
            <th scope='col'>{t('theirs')}</th>
            <th scope='col'>{t('use')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, word, mine, theirs, proposed }) => (
            <tr key={field} data-field={field}>
              <th scope='row'>
                {word}
                <br />
                <span className='muted small'>{t(proposed === undefined ? 'both' : proposed === 'mine' ? 'onlyMine' : 'onlyTheirs')}</span>
              </th>
              <td className={chosen[field] === 'mine' ? 'chosen' : ''}>{mine || t('empty')}</td>
              <td className={chosen[field] === 'theirs' ? 'chosen' : ''}>{theirs || t('empty')}</td>
              <td>
                <Radio.Group
                  optionType='button'
                  size='small'
                  value={chosen[field]}
                  aria-label={word}
                  onChange={e => { setChosen({ ...chosen, [field]: e.target.value as Whose }) }}
                  options={(['mine', 'theirs'] as const).map(value => ({ value, label: t(value) }))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {between.length > 0 && (
        <><h4>{t('between')}</h4><ul className='list-plain small'>{between.map((line, i) => <li key={i}>{line}</li>)}</ul></>
      )}
    </Modal>
  )
}
