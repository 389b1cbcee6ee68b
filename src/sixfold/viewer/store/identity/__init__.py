"""What is known of patients, and which of them are one: records, their blocks, pairs, versions of the policy."""
