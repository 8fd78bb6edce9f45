"""All that is not wiring: the domain, its SQL, its templates, the plan, the rehearsal, the local stack."""
