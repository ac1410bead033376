"""x"""

from tests.laboratory.program import Program


def scripted(folder, plan, pki):
    return Program("scripted", ("sleep", "1000"), ())
