import { Alert, Button, Modal, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { matterWords, proposed, type Correction, type Matter, type MatterField, type Whose } from './matter-fields.ts'
import './matter-words.ts'
import './matter.css'

interface FieldChoicesProps {
  correction: Correction
  theirs: Matter
  /** how a field's value reads: a town's name, not its id */
  words: (field: MatterField, value: unknown) => string
  between: readonly string[]
  busy: boolean
  onTake: (merged: Matter) => void
  onLater: () => void
}

/** Whoever saves second sees both versions, field by field, and decides each. */
export function FieldChoices ({ correction, theirs, words, between, busy, onTake, onLater }: FieldChoicesProps): ReactNode {
  const { t } = useTranslation('matter')
  const [chosen, setChosen] = useState(() => proposed(correction, theirs))
  const fields = Object.keys(chosen) as MatterField[]
  const begun = proposed(correction, theirs)
  const all = (whose: Whose) => () => { setChosen(Object.fromEntries(fields.map(f => [f, whose]))) }
  const merged = (): Matter => ({ ...theirs, ...Object.fromEntries(fields.filter(f => chosen[f] === 'mine').map(f => [f, correction.mine[f]])) })
  return (
    <Modal
      open title={t('conflict')} closable={false} mask={{ closable: false }} width={860} className='field-choices' footer={[
        <Button key='later' onClick={onLater}>{t('later')}</Button>,
        <Button key='theirs' onClick={all('theirs')}>{t('allTheirs')}</Button>,
        <Button key='mine' onClick={all('mine')}>{t('allMine')}</Button>,
        <Button key='take' type='primary' loading={busy} disabled={fields.some(f => chosen[f] === undefined)} onClick={() => { onTake(merged()) }}>{t('take')}</Button>
      ]}
    >
      <Alert type='info' title={t('hint')} style={{ marginBottom: 8 }} />
      <table className='plain-table'>
        <thead><tr><th scope='col'>{t('field')}</th><th scope='col'>{t('mine')}</th><th scope='col'>{t('theirs')}</th><th scope='col'>{t('use')}</th></tr></thead>
        <tbody>
          {fields.map(f => (
            <tr key={f} data-field={f}>
              <th scope='row'>{t(matterWords[f])}<br /><span className='muted small'>{t(begun[f] === undefined ? 'both' : begun[f] === 'mine' ? 'onlyMine' : 'onlyTheirs')}</span></th>
              <td className={chosen[f] === 'mine' ? 'chosen' : ''}>{words(f, correction.mine[f]) || t('empty')}</td>
              <td className={chosen[f] === 'theirs' ? 'chosen' : ''}>{words(f, theirs[f]) || t('empty')}</td>
              <td><Radio.Group optionType='button' size='small' value={chosen[f]} aria-label={t(matterWords[f])} onChange={e => { setChosen({ ...chosen, [f]: e.target.value as Whose }) }} options={(['mine', 'theirs'] as const).map(value => ({ value, label: t(value) }))} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {between.length > 0 && <><h4>{t('between')}</h4><ul className='list-plain small'>{between.map((line, i) => <li key={i}>{line}</li>)}</ul></>}
    </Modal>
  )
}
