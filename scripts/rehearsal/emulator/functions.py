"""What functions log, into the journal: log groups go with their stack."""
from ministack.services import lambda_svc

import journal

_emit = lambda_svc._emit_lambda_logs


def _emit_to_journal_too(function, request_id, text, *rest, **options):
    _emit(function, request_id, text, *rest, **options)
    name = function["config"]["FunctionName"]
    for line in (text or "").splitlines():
        journal.write("log", function=name, line=line)


lambda_svc._emit_lambda_logs = _emit_to_journal_too
