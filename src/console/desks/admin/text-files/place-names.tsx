import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Table } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { useUnitName, useUnits } from '../../../directory/directory.ts'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { ListSearch } from '../list-search.tsx'
import { readPlaces } from './lines.ts'
import { TextFileButton } from './text-file-button.tsx'

/** Roads, estates and quarters from which the town is guessed: added line by line or from a file, removed one by one. */
export function PlaceNames (): ReactNode {
  const { t } = useTranslation('admin')
  const { message } = App.useApp()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const unitName = useUnitName()
  const towns = useUnits().filter(u => u.kind === 'town')
  const [said, setSaid] = useState('')
  const { answers: { typed }, set, forget } = useKeptAnswers(`${useWho().login}:place-names`, '', () => ({ typed: '' }))
  const { data: places = [] } = useQuery({
    queryKey: ['place-names'],
    queryFn: async () => (await api.GET('/api/directory/place-names')).data?.items ?? []
  })
  const read = readPlaces(typed, towns)
  const reload = async (): Promise<void> => { await queries.invalidateQueries({ queryKey: ['place-names'] }) }
  const add = (): void => {
    const items = read.items
    if (items === null) return
    const send = async (): Promise<void> => {
      const { data } = await api.POST('/api/directory/place-names', { params: { header: onceKey() }, body: { items } })
      if (data) void message.success(t('imported', { ...data }))
    }
    void attempt(send).then(async went => {
      if (went) forget()
      await reload()
    })
  }
  const remove = ({ name, townId }: typeof places[number]): void => {
    const send = async (): Promise<void> => {
      await api.POST('/api/directory/place-names/remove', { params: { header: onceKey() }, body: { name, townId } })
    }
    void attempt(send, t('saved')).then(reload)
  }
  const words = said.trim()
  const shown = places.filter(p => words === '' || p.name.includes(words) || unitName(p.townId).includes(words))
  return (
    <div className='box'>
      <ListSearch said={said} onSaid={setSaid} shown={shown.length} all={places.length}>
        <TextFileButton label={t('readFile')} onText={text => { set({ typed: text }) }} />
      </ListSearch>
      <label>
        {t('placeLines')}
        <Input.TextArea value={typed} autoSize={{ minRows: 3, maxRows: 20 }} onChange={e => { set({ typed: e.target.value }) }} />
      </label>
      {read.bad && <p className='late-word' role='alert'>{t('badLine', read.bad)}</p>}
      <div className='row'>
        <Button type='primary' disabled={read.items === null || read.items.length === 0} onClick={add}>{t('importPlaces')}</Button>
      </div>
      <Table
        size='small'
        dataSource={shown}
        rowKey={p => `${p.name} ${p.townId}`}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('placeName'), dataIndex: 'name' }, { title: t('town'), dataIndex: 'townId', render: (id: string) => unitName(id) },
          { title: t('kind'), dataIndex: 'kind', render: (kind: string) => t(`placeKind.${kind}`) },
          {
            title: t('onMap'),
            key: 'onMap',
            render: (_: unknown, p) => p.longitude === null ? '' : `${p.longitude}, ${p.latitude ?? ''}`
          },
          {
            title: t('actions'),
            key: 'actions',
            render: (_: unknown, p) => <Button size='small' onClick={() => { remove(p) }}>{t('remove')}</Button>
          }
        ]}
      />
    </div>
  )
}
