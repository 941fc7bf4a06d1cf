-- pg-mem: skip
-- Contacts are compared whatever their case, so that one address written twice is one.

create index idx_emails_lower_value on emails (workspace_pk, lower(value)) where deleted_at is null;
create index idx_web_links_lower_url on web_links (workspace_pk, lower(url)) where deleted_at is null;
create index idx_locations_place on locations (workspace_pk, lower(postal_code), lower(city)) where deleted_at is null;
