create table account (
    name varchar(64) primary key,
    password_hash varchar(200) not null,
    role varchar(16) not null,
    must_change_password boolean not null,
    enabled boolean not null,
    created_at timestamp(3) with time zone not null
);

create table audit_entry (
    id bigint generated always as identity primary key,
    at timestamp(3) with time zone not null,
    who varchar(64) not null,
    action varchar(48) not null,
    target varchar(200) not null,
    result varchar(16) not null,
    detail varchar(1000) not null
);

create table playbook_run (
    id varchar(80) primary key,
    playbook varchar(128) not null,
    world varchar(16) not null,
    seed bigint not null,
    started_by varchar(64) not null,
    started_at timestamp(3) with time zone not null,
    ended_at timestamp(3) with time zone not null,
    verdict varchar(16) not null,
    why varchar(2000) not null,
    digest varchar(16) not null
);

create index playbook_run_by_start on playbook_run (started_at);

create table playbook_report (
    run_id varchar(80) not null references playbook_run (id) on delete cascade,
    format varchar(16) not null,
    content clob not null,
    primary key (run_id, format)
);
