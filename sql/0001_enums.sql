-- The closed vocabularies, labels in the documented order. `enrichment_tasks.enrichment_type` and the type and status
-- of transactions are text with a check instead: they grow, and a new value must not need a type migration.

create type enrichment_task_status_enum as enum (
  'pending', 'processing', 'completed', 'awaiting_approval', 'failed', 'rejected'
);
comment on type enrichment_task_status_enum is 'Lifecycle state of an enrichment task.';

create type source_channel_enum as enum (
  'company_create', 'person_create', 'document_upload', 'ocr_completion', 'bank_sync', 'email_import', 'mcp_hub',
  'cell_edit', 'manual'
);
comment on type source_channel_enum is 'Which product surface triggered an enrichment task.';

create type collect_status_enum as enum ('todo', 'in_progress', 'finalized', 'error');
comment on type collect_status_enum is 'Lifecycle state of a collection run.';

create type membership_role_enum as enum ('owner', 'admin', 'member', 'guest');
create type membership_status_enum as enum ('pending', 'active');

create type task_status_enum as enum (
  'ice_log', 'open', 'in_progress', 'done', 'blocked', 'cancelled', 'archived'
);
create type executor_type_enum as enum ('human', 'system');
create type task_source_enum as enum ('user', 'agent');
create type task_priority_enum as enum ('low', 'medium', 'high', 'critical');

create type company_people_relationship_enum as enum ('owner', 'employee', 'contact', 'other');
create type email_label_enum as enum ('work', 'personal', 'other');
create type phone_label_enum as enum ('mobile', 'work', 'home', 'other');
create type web_link_platform_enum as enum ('website', 'linkedin', 'x', 'github', 'other');
create type media_type_enum as enum ('avatar', 'logo', 'banner');

create type document_processing_status_enum as enum (
  'pending', 'extracting', 'categorized', 'extracted', 'skipped', 'failed', 'rejected'
);

create type invoice_status_enum as enum ('draft', 'issued', 'paid', 'canceled');
create type payment_status_enum as enum ('unpaid', 'partial', 'paid', 'overpaid', 'unknown');
create type account_ownership_enum as enum ('workspace', 'counterparty', 'unknown');
create type match_method_enum as enum ('llm_matched', 'human_approved', 'rule_matched');
create type edge_status_enum as enum ('confirmed', 'provisional');
create type allocation_type_enum as enum ('full', 'partial', 'overpayment', 'fee_deduction');

create type transaction_category_status_enum as enum (
  'categorized', 'uncategorized', 'classifier_abstained', 'classifier_failed', 'pending', 'legacy_unmapped'
);
create type transaction_category_source_enum as enum ('classifier', 'user', 'connector', 'rule');

create type provider_type_enum as enum ('apideck', 'chift', 'well', 'plaid_eu', 'plaid_us');
create type direction_enum as enum ('input', 'output');
create type status_enum as enum (
  'enabled', 'disabled', 'to_configure', 'processing', 'error', 'need_reconnect', 'suspended', 'degraded'
);
comment on type status_enum is 'State of a workspace connector.';
create type sync_log_status_enum as enum ('scheduled', 'in_progress', 'success', 'error');
create type sync_log_trigger_type_enum as enum ('cloud_task', 'manual', 'oauth_callback');

create type fiscal_year_source_enum as enum ('derived', 'user');
create type custom_column_type_enum as enum (
  'ai', 'text', 'number', 'amount', 'date', 'boolean', 'select', 'url'
);

-- ISO 4217. The last line holds codes that were withdrawn lately: a document outlives its currency.
create type currency_code_enum as enum (
  'AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD', 'BDT', 'BHD', 'BIF', 'BMD', 'BND',
  'BOB', 'BOV', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN', 'BZD', 'CAD', 'CDF', 'CHE', 'CHF', 'CHW', 'CLF', 'CLP', 'CNY',
  'COP', 'COU', 'CRC', 'CUP', 'CVE', 'CZK', 'DJF', 'DKK', 'DOP', 'DZD', 'EGP', 'ERN', 'ETB', 'EUR', 'FJD', 'FKP',
  'GBP', 'GEL', 'GHS', 'GIP', 'GMD', 'GNF', 'GTQ', 'GYD', 'HKD', 'HNL', 'HTG', 'HUF', 'IDR', 'ILS', 'INR', 'IQD',
  'IRR', 'ISK', 'JMD', 'JOD', 'JPY', 'KES', 'KGS', 'KHR', 'KMF', 'KPW', 'KRW', 'KWD', 'KYD', 'KZT', 'LAK', 'LBP',
  'LKR', 'LRD', 'LSL', 'LYD', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRU', 'MUR', 'MVR', 'MWK', 'MXN',
  'MXV', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NOK', 'NPR', 'NZD', 'OMR', 'PAB', 'PEN', 'PGK', 'PHP', 'PKR', 'PLN',
  'PYG', 'QAR', 'RON', 'RSD', 'RUB', 'RWF', 'SAR', 'SBD', 'SCR', 'SDG', 'SEK', 'SGD', 'SHP', 'SLE', 'SOS', 'SRD',
  'SSP', 'STN', 'SVC', 'SYP', 'SZL', 'THB', 'TJS', 'TMT', 'TND', 'TOP', 'TRY', 'TTD', 'TWD', 'TZS', 'UAH', 'UGX',
  'USD', 'USN', 'UYI', 'UYU', 'UYW', 'UZS', 'VED', 'VES', 'VND', 'VUV', 'WST', 'XAD', 'XAF', 'XAG', 'XAU', 'XBA',
  'XBB', 'XBC', 'XBD', 'XCD', 'XCG', 'XDR', 'XOF', 'XPD', 'XPF', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX', 'YER', 'ZAR',
  'ZMW', 'ZWG',
  'ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'ZWL'
);
comment on type currency_code_enum is 'ISO 4217 alphabetic currency code.';
