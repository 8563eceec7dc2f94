import { App, Button, Input, Modal } from 'antd'
import { memo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../../api/session.tsx'
import { useUnitName } from '../../../directory/directory.ts'
import { Since } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'
import { incidentActions, type Member } from '../incident.ts'
import { PeoplePicker } from '../people-picker.tsx'

interface MemberCardProps {
  incidentId: string
  member: Member
  speaking: boolean
  /** the member's line is answered and no key was pressed on it; `spoken`: I have spoken with the member and may admit them */
  line: 'answered' | 'spoken' | undefined
  /** the last key pressed in the call, before it is in the timeline */
  pressed: string | undefined
  deputyOf: string | null
  /** name of another member with the same telephone, which was answered there */
  sameTelephone: string | null
  chosen: boolean
  onChoose: (memberId: string, on: boolean) => void
  /** sequential dial: how many are dialled before this member; -1 when the member does not wait for a turn */
  turn: number
  /** the members who come back from a private talk together, this one included */
  together: readonly string[]
  onMove: ((memberId: string, to: number) => void) | undefined
  reload: () => void
}

/** One member in big type: name, state, and the actions possible in that state. */
export const MemberCard = memo(function MemberCard (props: MemberCardProps): ReactNode {
  const { member: m, speaking, chosen, onChoose } = props
  const { t } = useTranslation('command')
  const chair = holds(useWho(), 'EMERGENCY_COORDINATOR')
  return (
    <li className={`member ${m.removed ? 'removed' : m.state}${speaking ? ' speaking' : ''}`} data-member={m.name} data-state={m.state}>
      <div className='member-top'>
        {chair && (
          <input
            type='checkbox'
            checked={chosen}
            aria-label={`${t('choose')} ${m.name}`}
            onChange={e => { onChoose(m.id, e.target.checked) }}
          />
        )}
        <span className='member-name'>{m.name}</span>
        <span className='member-state'>{t(m.removed ? 'removed' : `member.${m.state}`)}</span>
      </div>
      <MemberFacts {...props} />
      {chair && <MemberVerbs {...props} />}
    </li>
  )
})

function MemberFacts ({ member: m, speaking, line, pressed, deputyOf, sameTelephone, turn }: MemberCardProps): ReactNode {
  const { t } = useTranslation('command')
  const unitName = useUnitName()
  return (
    <>
      <div className='member-facts'>
        <span>{m.roles.join(t('shell:comma'))}</span>
        {m.commander && <span className='tag'>{t('commander')}</span>}
        {deputyOf !== null && <span className='tag'>{t('deputyOf', { name: deputyOf })}</span>}
        <span className='muted'>{unitName(m.unitId)}</span>
      </div>
      <div className='member-facts'>
        <span className='tabular'>{m.numbers.join('  ') || (m.inConference ? '' : t('noNumber'))}</span>
        <span className='muted'><Since at={Date.parse(m.stateAt)} /></span>
        {turn >= 0 && <b>{turn === 0 ? t('nextTurn') : t('turn', { n: turn + 1 })}</b>}
        {m.round > 1 && <span className='muted'>{t('round', { n: m.round })}</span>}
        {speaking && <b className='speak-word'>{t('speaking')}</b>}
        {pressed !== undefined && m.state === 'ringing' && <b className='speak-word'>{t('pressed', { key: pressed })}</b>}
        {line !== undefined && m.state === 'ringing' && <b>{t('answeredNoKey')}</b>}
        {m.cutOff && <b className='late-word' title={t('cutOffHint')}>{t('cutOff')}</b>}
        {m.muted && <b>{t('muted')}</b>}
        {m.selfMuted && <b>{t('selfMuted')}</b>}
        {m.lockedOut && <b>{t('lockedOut')}</b>}
        {sameTelephone !== null && <b>{t('sameTelephone', { name: sameTelephone })}</b>}
        {m.chair && <span className='tag'>{t('chairRow')}</span>}
        {m.private && <b>{t('private')}</b>}
        {m.skipped && m.state !== 'joined' && m.numbers.length > 0 && <b>{t('skipped')}</b>}
        {m.admittedBy !== null && <b>{t('admitted')}</b>}
      </div>
    </>
  )
}

/** What the chair may do with a member in its state. */
function MemberVerbs ({ incidentId, member: m, line, turn, onMove, together, reload }: MemberCardProps): ReactNode {
  const { t } = useTranslation('command')
  const attempt = useAttempt()
  const who = useWho()
  const askWhy = usePutOut(incidentId, m, reload)
  const [standIn, setStandIn] = useState(false)
  const act = (work: () => Promise<unknown>) => () => { void attempt(work).then(reload) }
  const button = (word: string, work: () => Promise<unknown>): ReactNode => (
    <Button key={word} size='small' onClick={act(work)}>{t(word)}</Button>
  )
  const lineOpen = !m.inConference && line !== undefined && who.extension !== null
  return (
    <>
      <div className='member-verbs'>
        {m.inConference && button(m.muted ? 'unmute' : 'mute', async () => {
          await incidentActions.ofMember(incidentId, m.id, m.muted ? 'unmute' : 'mute')
        })}
        {m.inConference && <Button size='small' onClick={askWhy}>{t('remove')}</Button>}
        {m.inConference && m.private &&
          button('reunite', async () => {
            await incidentActions.privately(incidentId, together.includes(m.id) ? [...together] : [m.id], false)
          })}
        {lineOpen && button('speak', async () => { await incidentActions.ofMember(incidentId, m.id, 'speak') })}
        {lineOpen && line === 'spoken' && button('admit', async () => { await incidentActions.ofMember(incidentId, m.id, 'admit') })}
        {!m.inConference && m.state !== 'ringing' && line === undefined && m.numbers.length > 0 &&
          button(m.round === 0 ? 'dial' : 'dialAgain', async () => { await incidentActions.dial(incidentId, [m.id]) })}
        {turn > 0 && onMove && (
          <>
            <Button size='small' onClick={() => { onMove(m.id, 0) }}>{t('first')}</Button>
            <Button
              size='small'
              aria-label={`${t('earlier')} ${m.name}`}
              title={t('earlier')}
              onClick={() => { onMove(m.id, turn - 1) }}
            >
              ↑
            </Button>
          </>
        )}
        {turn >= 0 && onMove && (
          <Button
            size='small'
            aria-label={`${t('later')} ${m.name}`}
            title={t('later')}
            onClick={() => { onMove(m.id, turn + 1) }}
          >
            ↓
          </Button>
        )}
        {!m.inConference && !m.skipped && (m.state === 'waiting' || m.state === 'ringing') &&
          button('skip', async () => { await incidentActions.ofMember(incidentId, m.id, 'skip') })}
        {(m.state === 'cannot-come' || m.state === 'unreached') && (
          <Button size='small' onClick={() => { setStandIn(true) }}>{t('standIn')}</Button>
        )}
      </div>
      {standIn && (
        <Modal open footer={null} title={t('standInTitle', { name: m.name })} onCancel={() => { setStandIn(false) }} width={620}>
          <PeoplePicker
            autoFocus
            dials
            onAdd={async a => {
              if (await attempt(async () => { await incidentActions.add(incidentId, [a.member], m.id) })) setStandIn(false)
              reload()
            }}
          />
        </Modal>
      )}
    </>
  )
}

/** Asks why, and puts the member out of the conference. */
function usePutOut (incidentId: string, m: Member, reload: () => void): () => void {
  const { t } = useTranslation('command')
  const attempt = useAttempt()
  const { modal } = App.useApp()
  const why = useRef('')
  return () => {
    why.current = ''
    const putOut = async (): Promise<void> => {
      await attempt(async () => { await incidentActions.remove(incidentId, m.id, why.current.trim() || t('remove')) })
      reload()
    }
    const asked = modal.confirm({
      title: `${t('remove')}${t('shell:colon')}${m.name}`,
      content: (
        <Input
          autoFocus
          maxLength={100}
          placeholder={t('removeWhy')}
          aria-label={t('removeWhy')}
          onChange={e => { why.current = e.target.value }}
          onPressEnter={e => { e.preventDefault(); asked.destroy(); void putOut() }}
        />
      ),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: putOut
    })
  }
}
