"""The application: who, where and when. It ties `forms` (what a CRF is) and `audit` (what a change was) together."""
