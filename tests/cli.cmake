# The command line: units, cases as data, and what needs a process to watch.
foreach(unit options table)
  cassini_unit_test(test_${unit} USES commands)
endforeach()

set(here ${CMAKE_CURRENT_SOURCE_DIR}/cli)
find_program(PYTHON3 python3)

# The sample town, for every test that needs a believable little store.
add_test(NAME sample/town COMMAND town ${CMAKE_CURRENT_BINARY_DIR}/sample)
set_tests_properties(sample/town PROPERTIES FIXTURES_SETUP sample LABELS cli)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/sample)

foreach(cases usage import many bad_input tell mapping layer drawing trust)
  add_test(NAME cli/${cases}
           COMMAND ${PYTHON3} -B ${here}/run_cases.py $<TARGET_FILE:cassini> ${here}/${cases}.case)
  set_tests_properties(cli/${cases} PROPERTIES LABELS cli TIMEOUT 300)
endforeach()

add_test(NAME cli/mapping_schema
         COMMAND ${PYTHON3} -B ${here}/mapping_schema.py $<TARGET_FILE:cassini>)
set_tests_properties(cli/mapping_schema PROPERTIES LABELS cli TIMEOUT 300 SKIP_RETURN_CODE 77)

foreach(script serve edit_live kill_edit kill_import interrupt fetch hostile_sources kept_tiles)
  add_test(NAME cli/${script} COMMAND ${PYTHON3} -B ${here}/${script}.py $<TARGET_FILE:cassini>)
  set_tests_properties(cli/${script} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()

# Those of a gigabyte.
add_test(NAME cli/hostile_sources_large
         COMMAND ${PYTHON3} -B ${here}/hostile_sources.py $<TARGET_FILE:cassini> slow)
set_tests_properties(cli/hostile_sources_large PROPERTIES LABELS "cli;slow" TIMEOUT 900)

# Ten kills in the ordinary run, a hundred in the slow one; Ctrl-C at as many moments.
add_test(NAME cli/kill_import_100
         COMMAND ${PYTHON3} -B ${here}/kill_import.py $<TARGET_FILE:cassini> 100)
add_test(NAME cli/interrupt_import
         COMMAND ${PYTHON3} -B ${here}/kill_import.py $<TARGET_FILE:cassini> 20 INT)
add_test(NAME cli/disk_full COMMAND ${PYTHON3} -B ${here}/disk_full.py $<TARGET_FILE:cassini>)
set_tests_properties(cli/kill_import_100 cli/disk_full PROPERTIES LABELS "cli;slow" TIMEOUT 600)
set_tests_properties(cli/interrupt_import PROPERTIES LABELS cli TIMEOUT 600)

add_test(NAME accept/csv_files
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/csv_files.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/csv_files PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
add_test(NAME accept/every_source
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/every_source.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/every_source PROPERTIES LABELS accept TIMEOUT 600 SKIP_RETURN_CODE 77)
add_test(NAME accept/cadastre_import
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/cadastre_import.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/cadastre_import PROPERTIES LABELS accept TIMEOUT 120
                     SKIP_RETURN_CODE 77)

foreach(kind files large)
  add_test(NAME accept/shapefile_${kind}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/shapefile_files.py
                   $<TARGET_FILE:cassini> ${CASSINI_SHARED} $<$<STREQUAL:${kind},large>:--large>
           COMMAND_EXPAND_LISTS)
endforeach()
set_tests_properties(accept/shapefile_files PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
set_tests_properties(accept/shapefile_large PROPERTIES LABELS "accept;slow" TIMEOUT 900 SKIP_RETURN_CODE 77)

# Edits in place against fresh imports, tile by tile; without a number it makes ten thousand, in five
# minutes.
add_test(NAME accept/random_edits
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/random_edits.py $<TARGET_FILE:cassini>
                 ${CASSINI_SHARED} 400)
set_tests_properties(accept/random_edits PROPERTIES LABELS accept TIMEOUT 600 SKIP_RETURN_CODE 77)
