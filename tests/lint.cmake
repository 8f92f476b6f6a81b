# The rules of the house that are tests (tests/lint/NAME.py).
find_program(PYTHON3 python3)
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)

function(cassini_lint name)
  add_test(NAME lint/${name}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/lint/${name}.py ${ARGN})
  set_tests_properties(lint/${name} PROPERTIES LABELS lint TIMEOUT 300)
endfunction()

cassini_lint(floors)
cassini_lint(headers_alone ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER})
cassini_lint(format ${CLANG_FORMAT})
cassini_lint(words)
cassini_lint(lengths)
cassini_lint(sources)
cassini_lint(rules_bite ${CLANG_FORMAT} ${CMAKE_C_COMPILER})
cassini_lint(statics ${PROJECT_BINARY_DIR})
cassini_lint(cases)
cassini_lint(docs_paths)
cassini_lint(docs_commands $<TARGET_FILE:cassini> ${CMAKE_CURRENT_BINARY_DIR}/sample)
set_tests_properties(lint/docs_commands PROPERTIES FIXTURES_REQUIRED sample)
