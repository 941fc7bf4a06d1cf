-- pg-mem: skip
-- Every reference between two tenant tables carries the workspace: a plain foreign key accepts another tenant's row.
-- `set null` names its column, or the workspace would be nulled with it.
--
-- Checks may be deferred, which nothing needs but a change or the end of a workspace's key: the rows below it then
-- change one table after the other, and agree again at the end (see the trigger on workspaces in the next file).
-- The global tables (providers, connectors, task_templates, exchange_rates) are referenced plainly.

alter table workspaces add constraint workspaces_own_company_pk_tenant_fkey
  foreign key (pk, own_company_pk) references companies (workspace_pk, pk)
  on delete set null (own_company_pk) deferrable initially immediate;
alter table memberships add constraint memberships_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table tasks add constraint tasks_parent_task_pk_tenant_fkey
  foreign key (workspace_pk, parent_task_pk) references tasks (workspace_pk, pk)
  on delete set null (parent_task_pk) deferrable initially immediate;
alter table tasks add constraint tasks_assigned_to_pk_tenant_fkey
  foreign key (workspace_pk, assigned_to_pk) references peoples (workspace_pk, pk)
  on delete set null (assigned_to_pk) deferrable initially immediate;
alter table tasks add constraint tasks_created_by_pk_tenant_fkey
  foreign key (workspace_pk, created_by_pk) references peoples (workspace_pk, pk)
  on delete set null (created_by_pk) deferrable initially immediate;
alter table enrichment_tasks add constraint enrichment_tasks_parent_task_pk_tenant_fkey
  foreign key (workspace_pk, parent_task_pk) references enrichment_tasks (workspace_pk, pk)
  on delete set null (parent_task_pk) deferrable initially immediate;
alter table enrichment_tasks add constraint enrichment_tasks_retry_of_pk_tenant_fkey
  foreign key (workspace_pk, retry_of_pk) references enrichment_tasks (workspace_pk, pk)
  on delete set null (retry_of_pk) deferrable initially immediate;
alter table enrichment_task_events add constraint enrichment_task_events_enrichment_task_pk_tenant_fkey
  foreign key (workspace_pk, enrichment_task_pk) references enrichment_tasks (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table companies add constraint companies_parent_company_pk_tenant_fkey
  foreign key (workspace_pk, parent_company_pk) references companies (workspace_pk, pk)
  on delete set null (parent_company_pk) deferrable initially immediate;
alter table company_people add constraint company_people_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_people add constraint company_people_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_emails add constraint company_emails_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_emails add constraint company_emails_email_pk_tenant_fkey
  foreign key (workspace_pk, email_pk) references emails (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_phones add constraint company_phones_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_phones add constraint company_phones_phone_pk_tenant_fkey
  foreign key (workspace_pk, phone_pk) references phones (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_web_links add constraint company_web_links_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_web_links add constraint company_web_links_web_link_pk_tenant_fkey
  foreign key (workspace_pk, web_link_pk) references web_links (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_locations add constraint company_locations_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_locations add constraint company_locations_location_pk_tenant_fkey
  foreign key (workspace_pk, location_pk) references locations (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_emails add constraint person_emails_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_emails add constraint person_emails_email_pk_tenant_fkey
  foreign key (workspace_pk, email_pk) references emails (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_phones add constraint person_phones_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_phones add constraint person_phones_phone_pk_tenant_fkey
  foreign key (workspace_pk, phone_pk) references phones (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_web_links add constraint person_web_links_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_web_links add constraint person_web_links_web_link_pk_tenant_fkey
  foreign key (workspace_pk, web_link_pk) references web_links (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_locations add constraint person_locations_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_locations add constraint person_locations_location_pk_tenant_fkey
  foreign key (workspace_pk, location_pk) references locations (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_media add constraint company_media_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table company_media add constraint company_media_media_pk_tenant_fkey
  foreign key (workspace_pk, media_pk) references media (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_media add constraint person_media_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table person_media add constraint person_media_media_pk_tenant_fkey
  foreign key (workspace_pk, media_pk) references media (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table workspace_connectors add constraint workspace_connectors_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete set null (person_pk) deferrable initially immediate;
alter table workspace_connector_sync_logs add constraint connector_sync_logs_connector_pk_tenant_fkey
  foreign key (workspace_pk, workspace_connector_pk) references workspace_connectors (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table collects add constraint collects_people_pk_tenant_fkey
  foreign key (workspace_pk, people_pk) references peoples (workspace_pk, pk)
  deferrable initially immediate;
alter table collects add constraint collects_task_pk_tenant_fkey
  foreign key (workspace_pk, task_pk) references tasks (workspace_pk, pk)
  on delete set null (task_pk) deferrable initially immediate;
alter table documents add constraint documents_collect_pk_tenant_fkey
  foreign key (workspace_pk, collect_pk) references collects (workspace_pk, pk)
  on delete set null (collect_pk) deferrable initially immediate;
alter table document_extractions add constraint document_extractions_document_pk_tenant_fkey
  foreign key (workspace_pk, document_pk) references documents (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table document_structured_extractions add constraint document_structured_extractions_document_pk_tenant_fkey
  foreign key (workspace_pk, document_pk) references documents (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table invoices add constraint invoices_issuer_pk_tenant_fkey
  foreign key (workspace_pk, issuer_pk) references companies (workspace_pk, pk)
  on delete set null (issuer_pk) deferrable initially immediate;
alter table invoices add constraint invoices_receiver_pk_tenant_fkey
  foreign key (workspace_pk, receiver_pk) references companies (workspace_pk, pk)
  on delete set null (receiver_pk) deferrable initially immediate;
alter table invoices add constraint invoices_document_pk_tenant_fkey
  foreign key (workspace_pk, document_pk) references documents (workspace_pk, pk)
  on delete set null (document_pk) deferrable initially immediate;
alter table invoices add constraint invoices_source_workspace_connector_pk_tenant_fkey
  foreign key (workspace_pk, source_workspace_connector_pk) references workspace_connectors (workspace_pk, pk)
  on delete set null (source_workspace_connector_pk) deferrable initially immediate;
alter table invoice_items add constraint invoice_items_invoice_pk_tenant_fkey
  foreign key (workspace_pk, invoice_pk) references invoices (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table invoice_items add constraint invoice_items_media_pk_tenant_fkey
  foreign key (workspace_pk, media_pk) references media (workspace_pk, pk)
  on delete set null (media_pk) deferrable initially immediate;
alter table accounts add constraint accounts_workspace_connector_pk_tenant_fkey
  foreign key (workspace_pk, workspace_connector_pk) references workspace_connectors (workspace_pk, pk)
  on delete set null (workspace_connector_pk) deferrable initially immediate;
alter table payment_means add constraint payment_means_account_pk_tenant_fkey
  foreign key (workspace_pk, account_pk) references accounts (workspace_pk, pk)
  on delete set null (account_pk) deferrable initially immediate;
alter table payment_means add constraint payment_means_company_pk_tenant_fkey
  foreign key (workspace_pk, company_pk) references companies (workspace_pk, pk)
  on delete set null (company_pk) deferrable initially immediate;
alter table payment_means add constraint payment_means_person_pk_tenant_fkey
  foreign key (workspace_pk, person_pk) references peoples (workspace_pk, pk)
  on delete set null (person_pk) deferrable initially immediate;
alter table transactions add constraint transactions_debtor_payment_means_pk_tenant_fkey
  foreign key (workspace_pk, debtor_payment_means_pk) references payment_means (workspace_pk, pk)
  on delete set null (debtor_payment_means_pk) deferrable initially immediate;
alter table transactions add constraint transactions_creditor_payment_means_pk_tenant_fkey
  foreign key (workspace_pk, creditor_payment_means_pk) references payment_means (workspace_pk, pk)
  on delete set null (creditor_payment_means_pk) deferrable initially immediate;
alter table transactions add constraint transactions_source_workspace_connector_pk_tenant_fkey
  foreign key (workspace_pk, source_workspace_connector_pk) references workspace_connectors (workspace_pk, pk)
  on delete set null (source_workspace_connector_pk) deferrable initially immediate;
alter table invoice_payment_means add constraint invoice_payment_means_invoice_pk_tenant_fkey
  foreign key (workspace_pk, invoice_pk) references invoices (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table invoice_payment_means add constraint invoice_payment_means_payment_means_pk_tenant_fkey
  foreign key (workspace_pk, payment_means_pk) references payment_means (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table invoice_transactions add constraint invoice_transactions_invoice_pk_tenant_fkey
  foreign key (workspace_pk, invoice_pk) references invoices (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table invoice_transactions add constraint invoice_transactions_transaction_pk_tenant_fkey
  foreign key (workspace_pk, transaction_pk) references transactions (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table reconciliation_links add constraint reconciliation_links_enrichment_task_pk_tenant_fkey
  foreign key (workspace_pk, enrichment_task_pk) references enrichment_tasks (workspace_pk, pk)
  on delete set null (enrichment_task_pk) deferrable initially immediate;
alter table custom_column_values add constraint custom_column_values_custom_column_pk_tenant_fkey
  foreign key (workspace_pk, custom_column_pk) references custom_columns (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table field_rule_values add constraint field_rule_values_field_rule_pk_tenant_fkey
  foreign key (workspace_pk, field_rule_pk) references field_rules (workspace_pk, pk)
  on delete cascade deferrable initially immediate;
alter table field_provenance add constraint field_provenance_enrichment_task_pk_tenant_fkey
  foreign key (workspace_pk, enrichment_task_pk) references enrichment_tasks (workspace_pk, pk)
  on delete set null (enrichment_task_pk) deferrable initially immediate;

-- The documented plain keys of the same columns stay; those without a delete action must be able to wait as well.
alter table collects alter constraint collects_people_pk_fkey deferrable initially immediate;
alter table transaction_documents
  alter constraint transaction_documents_document_pk_fkey deferrable initially immediate;
alter table workspace_connectors
  alter constraint workspace_connectors_connector_pk_fkey deferrable initially immediate;
