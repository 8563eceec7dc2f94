import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import { now } from '../../moments/now.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { useKeptForm } from './kept-form.ts'

const minutes = [30, 60, 120, 240, 720]

/** 公告语: the announcement played to callers before the queue, and when it ends. */
export function NoticeBox (): ReactNode {
  const { t } = useTranslation('supervise')
  const actorName = useActorName()
  const attempt = useAttempt()
  const { message } = App.useApp()
  const who = useWho()
  const may = holds(who, 'SHIFT_LEADER', 'SUPERVISOR')
  const queries = useQueryClient()
  const { form: { text }, write, busy, send } = useKeptForm('notice', () => ({ text: '' }))
  const [lasts, setLasts] = useState(120)
  const { data: notice } = useQuery({
    queryKey: ['notice'],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/notice')).data?.notice ?? null
  })
  const reload = (): void => { void queries.invalidateQueries({ queryKey: ['notice'] }) }
  useFeed(['notice.'], reload)
  const put = async (): Promise<void> => {
    await send(async () => {
      const { data } = await api.PUT('/api/notice',
        { params: { header: onceKey() }, body: { text: text.trim(), until: new Date(now() + lasts * 60_000).toISOString() } })
      if (data && data.notYetOn.length > 0) void message.warning(t('noticeNotYetOn', { exchanges: data.notYetOn.join(' ') }), 8)
    }, t('noticeSet'))
    reload()
  }
  return (
    <section className='box' aria-label={t('notice')}>
      <h2>{t('notice')} <span className='muted small'>{t('noticeHint')}</span></h2>
      {notice
        ? (
          <p className='notice-now'>
            {notice.text}
            <br />
            <span className='small'>{t('until')} <b>{moment(notice.until)}</b> · {t('by')} {actorName(notice.by)}</span>
            {may && (
              <Button
                size='small'
                onClick={() => {
                  void attempt(async () => { await api.DELETE('/api/notice', { params: { header: onceKey() } }) },
                    t('noticeEnded')).then(reload)
                }}
              >
                {t('endNotice')}
              </Button>
            )}
          </p>
          )
        : <p className='muted'>{t(notice === null ? 'noNotice' : 'shell:notRead')}</p>}
      {may && (
        <>
          <Input.TextArea
            autoSize={{ minRows: 2 }}
            maxLength={300}
            value={text}
            aria-label={t('notice')}
            placeholder={t('noticeText')}
            onChange={e => { write({ text: e.target.value.replaceAll('\n', ' ') }) }}
          />
          <div className='row notice-row'>
            <Select
              value={lasts}
              onChange={setLasts}
              aria-label={t('until')}
              options={minutes.map(m => ({ value: m, label: t(`for.${m}`) }))}
              style={{ width: 120 }}
            />
            <Button type='primary' loading={busy} disabled={text.trim().length < 2} onClick={() => { void put() }}>{t('setNotice')}</Button>
          </div>
        </>
      )}
    </section>
  )
}
