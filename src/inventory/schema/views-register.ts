/** The public views about what the config says was agreed: vendors, handling by level, access that was to end. */

export const REGISTER_VIEWS: string = /* sql */ `
create view clients as
-- Whose data it may be, and what was agreed about it, from the config.
select
  c.client_id as client, -- Id in the config.
  c.name, -- Full name.
  c.aliases, -- Other names, a JSON array.
  c.engagement_end, -- ISO date; null when the engagement is open.
  c.allowed_places, -- Where its data may be: source names or provider:region, a JSON array; empty when not said.
  c.retention_days, -- Days to keep its data after the engagement's end; null when not said.
  iif(c.configured, 'yes', 'no') as configured, -- no when it has left the config.
  coalesce(g.readers, '[]') as readers, -- Who may read its data: globs over principals, a JSON array; empty when not said.
  g.access_reviewed, -- ISO date of the last review of who has access; null when not said.
  g.deleted_on, -- ISO date on which all its data was deleted; null when it was not.
  g.deletion_proof -- Where the proof of that is; null when not said.
from _clients c left join _agreements g on g.client_id = c.client_id;

create view vendors as
-- Whose services data lies with, from the config. A provider without a vendor is one of which nothing is known.
select
  vendor_id as vendor, -- Id in the config.
  name, -- Full name.
  providers, -- Providers that are its services, as in view containers; a JSON array.
  dpa_signed, -- ISO date of the data processing agreement; null when not said.
  dpa_expires, -- ISO date: first day on which it no longer holds; null when it has no end.
  trains_on_data, -- Whether it trains models on what it keeps: yes, no or unknown.
  region, -- Where it processes; null when not said.
  sub_processors, -- JSON array of names.
  certifications, -- JSON array.
  iif(configured, 'yes', 'no') as configured -- no when it has left the config.
from _vendors;

create view handling as
-- How data of a level may be kept, from the config. A level without a row has no rule.
select
  level, -- public, internal, confidential or restricted.
  providers, -- Providers that it may lie with, a JSON array; null when not said.
  retention_days -- Days after its last change that it may be kept; null when not said.
from _handling;

create view revocations as
-- Access that was decided to end, from the config. View grants tells who has it still.
select
  principal, -- Glob over principals.
  client, -- Client whose data it is about; null for all.
  since, -- ISO date: first day on which it must have ended.
  reason, -- Why.
  decided_by -- Who.
from _revocations;
`;
