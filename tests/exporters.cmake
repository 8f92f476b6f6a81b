# Archives of tiles that are written: units, what the command does, and what other readers find.
foreach(unit archive content_index export pmtiles_pack export_failing_allocations)
  cassini_unit_test(test_${unit} USES sketch exporters importers)
endforeach()
cassini_unit_test(test_tile_plan USES sketch exporters)
cassini_failing_malloc(test_export_failing_allocations)

find_program(PYTHON3 python3)
add_test(NAME cli/export_cases
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/run_cases.py $<TARGET_FILE:cassini>
                 ${CMAKE_CURRENT_SOURCE_DIR}/cli/export.case)
set_tests_properties(cli/export_cases PROPERTIES LABELS cli TIMEOUT 300)
foreach(script export stopped_export)
  add_test(NAME cli/${script}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/${script}.py $<TARGET_FILE:cassini>)
  set_tests_properties(cli/${script} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
