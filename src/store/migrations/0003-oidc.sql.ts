/** Sign-in over an identity provider: whose account a person there has, sign-ins under way, and when the owner of a login last proved it. */
export const oidc = `
create table account_identity (
  issuer text not null,
  subject text not null,
  account text not null unique references account,
  primary key (issuer, subject)
);
create table login_flow (
  token_hash text primary key,
  -- of the login whose owner proves themselves again; null: somebody signs in
  login_hash text references login on delete cascade,
  back text not null,
  expires_at timestamptz not null
);
alter table login add column reauthenticated_at timestamptz;
`;
