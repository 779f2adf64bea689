#!/usr/bin/env bash
# In place of kc.sh of Keycloak.
exec node /opt/keycloak/keycloak.mjs "$@"
