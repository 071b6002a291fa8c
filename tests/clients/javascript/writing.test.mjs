// The official JavaScript client, writing. TOLVA_URL is where Tolva answers, TOLVA_EMPLOYEES the lines
// that it was given, as JSON, TOLVA_KEY a key that may write.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { PostgrestClient } from '@supabase/postgrest-js'

const url = `${process.env.TOLVA_URL}/rest/v1`
const client = new PostgrestClient(url, { headers: { apikey: process.env.TOLVA_KEY } })
const lines = JSON.parse(readFileSync(process.env.TOLVA_EMPLOYEES, 'utf8'))

const nova = { email: 'nova@example.com', first_name: 'Nova', last_name: 'Ashby', state: 'NJ' }

/** The rows of an answer that is none of an error. */
async function rows(query) {
  const { data, error } = await query
  assert.equal(error, null)
  return data
}

test('rows are made, changed and deleted', async () => {
  const made = await rows(client.from('employee').insert(nova).select().single())
  assert.equal(made.email, nova.email)
  const changed = await rows(
    client.from('employee').update({ city: 'Dunmarrow' }).eq('id', made.id).select().single(),
  )
  assert.deepEqual(changed, { ...made, city: 'Dunmarrow' })
  const { error, status, data } = await client.from('employee').delete().eq('id', made.id)
  assert.deepEqual([error, status, data], [null, 204, null])
  assert.deepEqual(await rows(client.from('employee').select().eq('id', made.id)), [])
})

test('what is written is shown with what it refers to', async () => {
  const firm = await rows(client.from('company').insert({ name: 'Shown, Inc.' }).select('id').single())
  const made = await rows(
    client.from('employee')
      .insert({ ...nova, email: 'shown@example.com', company_id: firm.id })
      .select('email, company(name)').single(),
  )
  assert.deepEqual(made, { email: 'shown@example.com', company: { name: 'Shown, Inc.' } })
})

test('many rows at once', async () => {
  const many = Array.from({ length: 50 }, (_, number) => ({ name: `Firm ${number}` }))
  const { data, status, error } = await client.from('company').insert(many)
  assert.deepEqual([data, status, error], [null, 201, null])
  const { count } = await client
    .from('company').select('*', { count: 'exact', head: true }).like('name', 'Firm %')
  assert.equal(count, 50)
})

test('what is there is merged', async () => {
  const row = { ...nova, email: lines[0].email, city: 'Elsewhere' }
  const merged = await rows(
    client.from('employee').upsert(row, { onConflict: 'email' }).select().single(),
  )
  assert.equal(merged.city, 'Elsewhere')
  const { count } = await client
    .from('employee').select('*', { count: 'exact', head: true }).eq('email', lines[0].email)
  assert.equal(count, 1)
})

test('errors tell every broken rule', async () => {
  const { error, status } = await client
    .from('employee').insert([{ ...nova, state: 'New Jersey' }, { ...nova, email: null }])
  assert.equal(status, 400)
  const told = JSON.stringify(error.details)
  assert.match(told, /state/)
  assert.match(told, /email/)
})

test('all rows are deleted by nobody by accident', async () => {
  const { error, status } = await client.from('employee').delete()
  assert.equal(status, 400)
  assert.equal(error.code, '21000')
})

test('nobody writes without a key', async () => {
  const { error, status } = await new PostgrestClient(url).from('employee').insert(nova)
  assert.equal(status, 401)
  assert.equal(error.code, 'PGRST302')
})
