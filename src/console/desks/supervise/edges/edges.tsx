import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { moment } from '../../../moments/moments.tsx'
import './edge-words.ts'

type Answer = paths['/api/edges']['get']['responses']['200']['content']['application/json']

/** 接入边缘: each edge with its part of the calls and the PBXs as it sees them, and whom the edges turned away. Nothing without an edge. */
export function Edges (): ReactNode {
  const { t } = useTranslation('edges')
  const { data } = useQuery({ queryKey: ['edges'], refetchInterval: 5000, queryFn: async () => (await api.GET('/api/edges')).data ?? null })
  if (!data || (data.edges.length === 0 && data.refused.length === 0)) return null
  return (
    <section className='box edges' aria-label={t('edges')}>
      <h2>{t('edges')}</h2>
      {data.edges.map(edge => <OneEdge key={edge.name} edge={edge} />)}
      <Refusals {...data} />
    </section>
  )
}

function OneEdge ({ edge }: { edge: Answer['edges'][number] }): ReactNode {
  const { t } = useTranslation('edges')
  const works = edge.state === 'working'
  return (
    <div className='edge' data-edge={edge.name} data-state={edge.state}>
      <div className='row'>
        <b>{edge.name}</b>
        <b className={works ? 'edge-good' : 'amber'}>{t(`is.${edge.state}`)}</b>
        {!works && <span className='muted'>{t('since', { at: moment(edge.heardAt) })}</span>}
        {works && <span>{t('share', { percent: Math.round(edge.share * 100) })}</span>}
        {works && <span>{t('calls', { calls: edge.calls })}</span>}
        {works && !edge.link && <b className='amber'>{t('noServer')}</b>}
        {works && edge.another && <b className='amber'>{t('another')}</b>}
      </div>
      {works && (
        <table className='plain-table'>
          <thead><tr><th>{t('node')}</th><th /><th className='number'>{t('nodeCalls')}</th></tr></thead>
          <tbody>
            {edge.nodes.map(node => (
              <tr key={node.name} data-node={node.name}>
                <td>{node.name}</td>
                <td className={node.takesCalls ? '' : 'amber'}>
                  {t(node.sound === false ? 'noSound' : node.takesCalls ? 'takes' : 'noNew')}
                </td>
                <td className='number tabular'>{node.link ? node.calls : t('noCount')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

/** The first refusal of a source for a reason in a minute is a line; how often it was then, its count. */
function Refusals ({ refused, refusals }: Pick<Answer, 'refused' | 'refusals'>): ReactNode {
  const { t } = useTranslation('edges')
  if (refused.length === 0) return <p className='muted'>{t('nothingRefused')}</p>
  return (
    <>
      <p>
        <b>{t('refused', { count: refused.reduce((sum, { count }) => sum + count, 0) })}</b>{' '}
        {refused.map(({ reason, count }) => <span key={reason} className='floor-count'>{t(`why.${reason}`)} <b>{count}</b></span>)}
      </p>
      <table className='plain-table'>
        <thead>
          <tr><th>{t('minute')}</th><th>{t('source')}</th><th>{t('reason')}</th><th className='number'>{t('times')}</th></tr>
        </thead>
        <tbody>
          {refusals.map(({ minute, source, reason, count }) => (
            <tr key={`${minute} ${source ?? ''} ${reason}`} data-reason={reason}>
              <td className='tabular'>{moment(minute)}</td>
              <td className='tabular edge-source'>{source ?? t('others')}</td>
              <td>{t(`why.${reason}`)}</td>
              <td className='number tabular'>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
